"""
Traces by OpenTelemetry: OTLP over HTTP to OTEL_EXPORTER_OTLP_ENDPOINT.

Ready-made instrumentations are left out: they would send addresses of browsers, codes of games and statements.
"""

import atexit
import os
import random
import socket
import threading
import time
from collections.abc import Sequence

from django.conf import settings
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_ON

from game.realtime.server import Server
from game.tracing import Stage

CLOSE_SECONDS = 2.0


class Traces:
    """
    A share of all answers, moves and recomputes, as spans.

    They leave in a thread, in batches; while the receiver is away they are dropped.
    """

    def __init__(self, endpoint: str, share: float, service: str) -> None:
        instance = f"{socket.gethostname()}:{os.getpid()}"
        names = {"service.name": service, "service.version": settings.VERSION, "service.instance.id": instance}
        # Chosen here, before anything is made of them.
        self._provider = TracerProvider(resource=Resource.create(names), sampler=ALWAYS_ON, shutdown_on_exit=False)
        exporter = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces")
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("chsh_project")
        self._share = share
        self._owed = random.random()

    def chosen(self, of: int) -> Sequence[int]:
        self._owed += of * self._share
        number = min(int(self._owed), of)
        self._owed -= number
        return random.sample(range(of), number) if number else ()

    def send(self, name: str, stages: Sequence[Stage], **facts: int) -> None:
        # Spans have times of the clock.
        to_clock = time.time_ns() - time.perf_counter_ns()

        def at(seconds: float) -> int:
            return to_clock + int(seconds * 1e9)

        whole = self._tracer.start_span(name, start_time=at(stages[0].began), attributes=facts)
        below = trace.set_span_in_context(whole)
        for stage in stages:
            self._tracer.start_span(f"{name}.{stage.name}", below, start_time=at(stage.began)).end(at(stage.ended))
        whole.end(at(stages[-1].ended))

    def close(self) -> None:
        # A receiver that is away must not keep the process from ending.
        ending = threading.Thread(target=self._provider.shutdown, name="traces", daemon=True)
        ending.start()
        ending.join(CLOSE_SECONDS)


def start(server: Server) -> None:
    """Trace what this process does, where a receiver is set."""
    server.tracing = traces = Traces(settings.TRACES_ENDPOINT, settings.TRACES_SHARE, settings.TRACES_SERVICE)
    # A web server ends by its signal, and closes them itself.
    atexit.register(traces.close)
