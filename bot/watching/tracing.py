"""OpenTelemetry, where the extra `sportello[otel]` is installed and a setting asks for it: a span for each turn and each send.

Where they go is told by OpenTelemetry's own variables (OTEL_EXPORTER_OTLP_ENDPOINT and its like). Nothing of it is
imported before somebody asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

NANOSECONDS = 1_000_000_000


class Tracing:
    """Spans by *provider*, which is closed with it."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("sportello")

    def span(self, name: str, ended: datetime, seconds: float, facts: Mapping[str, Any]) -> None:
        """Something that took *seconds* has just *ended*."""
        end = int(ended.timestamp() * NANOSECONDS)
        attributes = {f"sportello.{key}": value for key, value in facts.items()}
        span = self._tracer.start_span(name, attributes=attributes, start_time=end - int(seconds * NANOSECONDS))
        span.end(end_time=end)

    def close(self) -> None:
        """Send what is left. May take a moment."""
        self._provider.shutdown()


def open_tracing(version: str) -> Tracing:
    """Spans that leave by OTLP over HTTP. Raises ImportError where the extra is not installed."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": "sportello", "service.version": version}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return Tracing(provider)
