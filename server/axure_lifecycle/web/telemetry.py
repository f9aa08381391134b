"""Traces, where they are wanted: a span for each request, and below it those of the SDK for each call of a tool.

Where to send them, how many, and under which name say the usual variables (`OTEL_EXPORTER_OTLP_ENDPOINT`,
`OTEL_TRACES_SAMPLER`, `OTEL_SERVICE_NAME`, …). A span says how long something took and whether it went well: the
pattern of a path, a tool's name. Never an address, a body, a query or the words of a fault.
"""

import os
from collections.abc import Sequence
from importlib.util import find_spec
from typing import ClassVar, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from axure_lifecycle import __version__
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.web.recording import pattern_of

SERVICE: Final = "axure-lifecycle"
_FAULT: Final = 500
_NEEDED: Final = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")


class TelemetryMissing(LifecycleError):
    """Traces are wanted, and what sends them is not installed."""

    code: ClassVar[str] = "telemetry_missing"

    def __init__(self) -> None:
        super().__init__(
            "The server was not started: [serve] telemetry = true needs the extra `otel`, which is not installed. "
            "Install axure-lifecycle[otel], or set telemetry = false."
        )


def require_telemetry() -> None:
    """Raises `TelemetryMissing`."""
    for name in _NEEDED:
        try:
            is_there = find_spec(name) is not None
        except ModuleNotFoundError:
            is_there = False
        if not is_there:
            raise TelemetryMissing


class Traced:
    """A span around each request. Making it begins to send, once in a process."""

    def __init__(self, app: ASGIApp) -> None:
        """Raises `TelemetryMissing`."""
        require_telemetry()
        from opentelemetry import trace
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
        from opentelemetry.trace import Status

        class WithoutWords(SpanExporter):
            """Takes out of a span what somebody's data could be in: events, and what a status says."""

            def __init__(self, sender: SpanExporter) -> None:
                self._sender = sender

            def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
                """Send what is left."""
                return self._sender.export([_bare(span) for span in spans])

            def shutdown(self) -> None:
                """Send no more."""
                self._sender.shutdown()

        def _bare(span: ReadableSpan) -> ReadableSpan:
            return ReadableSpan(
                name=span.name,
                context=span.context,
                parent=span.parent,
                resource=span.resource,
                attributes=span.attributes,
                links=span.links,
                kind=span.kind,
                status=Status(span.status.status_code),
                start_time=span.start_time,
                end_time=span.end_time,
                instrumentation_scope=span.instrumentation_scope,
            )

        is_named = "OTEL_SERVICE_NAME" in os.environ or "service.name" in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
        about = {"service.version": __version__} | ({} if is_named else {"service.name": SERVICE})
        self._provider = TracerProvider(resource=Resource.create(about))
        self._provider.add_span_processor(BatchSpanProcessor(WithoutWords(OTLPSpanExporter())))
        trace.set_tracer_provider(self._provider)
        self._tracer = trace.get_tracer(SERVICE, __version__)
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        from opentelemetry.trace import SpanKind, Status, StatusCode

        if scope["type"] != "http":
            try:
                await self._app(scope, receive, send)
            finally:
                self._provider.shutdown()  # sends what is left
            return
        with self._tracer.start_as_current_span(
            scope["method"], kind=SpanKind.SERVER, record_exception=False, set_status_on_exception=False
        ) as span:

            async def send_noting(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                    if message["status"] >= _FAULT:
                        span.set_status(Status(StatusCode.ERROR))
                await send(message)

            try:
                await self._app(scope, receive, send_noting)
            finally:
                route = pattern_of(scope)
                span.update_name(f"{scope['method']} {route}")
                span.set_attributes({"http.request.method": scope["method"], "http.route": route})
