"""The tables of the lake that questions may read, with their labels, purposes and consents."""

from companyos.kernel.ports.lake import LakeTable
from companyos.spines.data.rules.labels import Label
from companyos.spines.telemetry.signals import LOGS, METRICS, RED, SPANS

from ..rules.sql import Table
from ..tables import EVENTS
from .questions import readable

OPERATIONS = ("operations",)
IMPROVEMENT = ("product_improvement",)
CONTENT = Label("confidential", "indirect")
"""Free text and attributes: nobody can say beforehand what stands in them."""
PERSON = Label("internal", "indirect")


def _telemetry(table: LakeTable, *content: str) -> tuple[Table, LakeTable]:
    return readable(table, dict.fromkeys(content, CONTENT), purposes=OPERATIONS), table


READABLE: tuple[tuple[Table, LakeTable], ...] = (
    (
        readable(
            EVENTS,
            {"user_id": PERSON, "anonymous_id": PERSON, "session_id": PERSON, "props": CONTENT},
            purposes=(*IMPROVEMENT, *OPERATIONS),
            purpose_column="purpose",
            consents={"product_improvement": "product_analytics"},
            consent_column="consents",
        ),
        EVENTS,
    ),
    _telemetry(SPANS, "status_message", "attributes", "events", "links", "resource", "scope"),
    _telemetry(LOGS, "body", "attributes", "resource", "scope"),
    _telemetry(METRICS, "detail", "attributes", "resource", "scope"),
    _telemetry(RED),
)
