"""How many frames a socket or a stream may send, whatever they hold: beyond that nobody reads them."""

from django.conf import settings

# Of a socket's message limits: pages send pongs beside messages, and never fragments.
FRAMES_A_MESSAGE, BURSTS_OF_MESSAGES = 2, 5
# A message above its limit counts as so many more: whoever goes on is read less, and closed after seconds.
FRAMES_ABOVE = 8


def frames() -> tuple[float, float]:
    """Return how many frames are read per second, and how many at once."""
    a_second = FRAMES_A_MESSAGE * settings.SOCKET_MESSAGES_PER_SECOND
    return a_second, BURSTS_OF_MESSAGES * settings.SOCKET_MESSAGES_BURST
