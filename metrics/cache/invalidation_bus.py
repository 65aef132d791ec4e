"""
What processes tell each other about caches, by pub/sub, and whether Valkey is there at all.

One thread a process listens.  While Valkey is away nobody asks it: the first failure is the only one that anybody waits
for, and the thread alone finds out when it is back.  Then what could not be told is told first, and the shared level is
believed again only after a moment in which the others can do the same.
"""

import json
import math
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from typing import Any

import structlog
from redis import Redis
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

RETRY_SECONDS = 0.5
GRACE_SECONDS = 2.0
TICK_SECONDS = 5.0


class News:
    def __init__(self, client: Callable[[], Redis], channel: str) -> None:
        self.origin = uuid.uuid4().hex
        self._listening_since = math.inf
        self.heard: Callable[[dict[str, Any]], None] = lambda news: None
        self.returned: Callable[[], None] = lambda: None
        self.ticked: Callable[[], None] = lambda: None
        self._client, self._channel = client, channel
        self._trusted_at = 0.0
        self._owed: set[str] = set()
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    # -- whether Valkey is there --------------------------------------------------------------------------------------
    @property
    def trusted(self) -> bool:
        """Whether the shared level may be read."""
        return time.monotonic() >= self._trusted_at

    @property
    def away(self) -> bool:
        return self._trusted_at == math.inf

    @property
    def listening(self) -> bool:
        return self._listening_since < math.inf

    @property
    def listened_seconds(self) -> float:
        """How long nothing can have been missed."""
        return max(0.0, time.monotonic() - self._listening_since)

    def lost(self, error: Exception) -> None:
        """Valkey did not answer: nobody asks it until it is back."""
        with self._lock:
            if not self.away:
                log.warning("cache_away", error=repr(error))
            self._trusted_at = math.inf
            self._listening_since = math.inf
        self.start()

    # -- telling ------------------------------------------------------------------------------------------------------
    def owe(self, tags: Iterable[str]) -> None:
        """Remember whose new version could not be told."""
        with self._lock:
            self._owed.update(tags)
        self.start()

    def owed(self) -> list[str]:
        with self._lock:
            owed, self._owed = list(self._owed), set()
        return owed

    def tell(self, client: Any, **news: Any) -> None:
        client.publish(self._channel, json.dumps({"from": self.origin, **news}))

    # -- listening ----------------------------------------------------------------------------------------------------
    def start(self) -> None:
        """Listen from now on; a second call does nothing."""
        if self._thread is None or not self._thread.is_alive():
            with self._lock:
                if self._thread is None or not self._thread.is_alive():
                    self._thread = threading.Thread(target=self._listen_for_ever, name="cache-news", daemon=True)
                    self._thread.start()

    def stop(self) -> None:
        """Fall silent for good; whoever stops Valkey next is not waited for."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(5)

    def _listen_for_ever(self) -> None:
        while not self._stopped.is_set():
            try:
                self._listen()
            except (RedisError, OSError, ValueError) as error:
                self.lost(error)
                time.sleep(RETRY_SECONDS)

    def _listen(self) -> None:
        """Listen until Valkey is lost, by this thread or by a reader."""
        self._client().ping()
        with self._client().pubsub(ignore_subscribe_messages=True) as subscription:  # type: ignore[no-untyped-call]
            subscription.subscribe(self._channel)
            subscription.get_message(timeout=1.0)
            self._welcome_back()
            ticks_at = 0.0
            while self.listening and not self._stopped.is_set():
                message = subscription.get_message(timeout=1.0)
                if message is not None and message["type"] == "message":
                    self._take(message["data"])
                if time.monotonic() >= ticks_at:
                    self.ticked()
                    subscription.ping()
                    ticks_at = time.monotonic() + TICK_SECONDS

    def _welcome_back(self) -> None:
        self.returned()
        with self._lock:
            if self.away:
                log.info("cache_back")
                self._trusted_at = time.monotonic() + GRACE_SECONDS
            self._listening_since = time.monotonic()

    def _take(self, data: bytes) -> None:
        news = json.loads(data)
        if news.pop("from") != self.origin:
            self.heard(news)
