"""What `/metrics` tells of analytics. No number belongs to a tenant and no label names one."""

from collections.abc import Iterable

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from .analytics import Analytics


class State(Collector):
    """Counters of the intake and the state of the tail, read when scraped."""

    def __init__(self, analytics: Analytics):
        self._analytics = analytics

    def collect(self) -> Iterable[Metric]:
        intake, tail, seen = self._analytics.intake, self._analytics.tail, self._analytics.feed.seen
        events = CounterMetricFamily("companyos_events", "Events by outcome.", labels=("outcome",))
        events.add_metric(("accepted",), intake.counts.accepted)
        for code, count in sorted(intake.counts.refused.items()):
            events.add_metric((code,), count)
        return [
            events,
            CounterMetricFamily("companyos_event_batches", "Batches of events.", intake.counts.batches),
            CounterMetricFamily("companyos_event_repeats", "Events that came before.", seen.repeats),
            CounterMetricFamily(
                "companyos_event_ids_forgotten_early",
                "Times that too many ids came to remember.",
                seen.shortened,
            ),
            GaugeMetricFamily("companyos_event_ids", "Ids of events that are remembered.", seen.count),
            GaugeMetricFamily("companyos_event_tail_bytes", "Events not yet in the lake.", tail.bytes),
            GaugeMetricFamily("companyos_event_tail_seconds", "Age of the oldest such event.", tail.age),
        ]
