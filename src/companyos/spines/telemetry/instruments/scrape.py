"""What `/metrics` tells, as Prometheus text. No number belongs to a tenant and no label names one."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from ..telemetry import Telemetry
from .handover import Handover

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Scrape:
    """The process's Prometheus registry."""

    def __init__(self, telemetry: Telemetry, handover: Handover | None):
        self._registry = CollectorRegistry()
        self._requests = Histogram(
            "companyos_request_seconds",
            "Duration of HTTP requests.",
            ("service", "method", "route", "status"),
            buckets=BUCKETS,
            registry=self._registry,
        )
        self._registry.register(_TelemetryState(telemetry, handover))

    def observe(self, service: str, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests.labels(service, method, route, str(status)).observe(seconds)

    def add(self, collector: Collector) -> None:
        """Tell what another part counts, too."""
        self._registry.register(collector)

    def text(self, lags: dict[str, float]) -> bytes:
        """Everything, with the lags (`what` → seconds or rows) that had to be asked of the database."""
        gathered = generate_latest(self._registry)
        lines = []
        for name, value in sorted(lags.items()):
            lines += [f"# TYPE companyos_{name} gauge", f"companyos_{name} {value:g}"]
        return gathered + ("\n".join([*lines, ""]).encode() if lines else b"")


class _TelemetryState(Collector):
    """Counters of the intake and the state of the tails, read when scraped."""

    def __init__(self, telemetry: Telemetry, handover: Handover | None):
        self._telemetry, self._handover = telemetry, handover

    def collect(self) -> Iterable[Metric]:
        items = CounterMetricFamily(
            "companyos_intake_items", "Telemetry items by outcome.", labels=("signal", "outcome")
        )
        requests = CounterMetricFamily("companyos_intake_requests", "OTLP requests.", labels=("signal",))
        size = CounterMetricFamily("companyos_intake_bytes", "Unpacked OTLP bytes.", labels=("signal",))
        for signal, counts in self._telemetry.intake.counts.items():
            items.add_metric((signal, "accepted"), counts.accepted)
            items.add_metric((signal, "refused"), counts.refused)
            requests.add_metric((signal,), counts.requests)
            size.add_metric((signal,), counts.bytes)
        tail = GaugeMetricFamily("companyos_tail_bytes", "Rows not yet in the lake.", labels=("signal",))
        age = GaugeMetricFamily("companyos_tail_seconds", "Age of the oldest such row.", labels=("signal",))
        for name, held in self._telemetry.tails.items():
            tail.add_metric((name,), held.bytes)
            age.add_metric((name,), held.age)
        lost = self._handover.lost if self._handover else 0
        own = CounterMetricFamily("companyos_own_telemetry_lost", "Own batches that could not be kept.", lost)
        return [items, requests, size, tail, age, own]
