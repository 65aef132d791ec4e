"""Why a socket is closed: the codes, with reasons for people who read the wire.  Pages have their own words."""

# The web server closes with these codes: not UTF-8, more frames than any page sends, a message far above the limit.
NOT_UTF8 = 1007
FLOOD = 1008
TOO_LARGE = 1009
# Another process takes the socket at once.
RESTART = 1012
TRY_AGAIN = 1013
NO_COOKIE = 4401
NOT_ALLOWED = 4403
NO_GAME = 4404
IDLE = 4408
NEWER_TAB = 4409
REMOVED = 4410
TOO_SLOW = 4413
OTHER_ADDRESS = 4421
TOO_MANY_TABS = 4429
FULL = 4503

REASONS = {
    RESTART: "this process ends: come back",
    FLOOD: "too many frames",
    TRY_AGAIN: "try again",
    NO_COOKIE: "no cookie of a player",
    NOT_ALLOWED: "not allowed",
    NO_GAME: "no such game",
    IDLE: "nothing was heard for too long",
    NEWER_TAB: "a newer tab took over",
    REMOVED: "removed by the host",
    TOO_SLOW: "too much was left unread",
    OTHER_ADDRESS: "the page comes from another address",
    TOO_MANY_TABS: "too many sockets of one browser or account",
    FULL: "this process has no room for more sockets",
}
# How sockets that the web server itself closes are counted.
OF_THE_SERVER = {FLOOD: "flood", TOO_LARGE: "too_large"}
