"""The lake's tables: events that were accepted, and letters that were not."""

import pyarrow as pa

from companyos.kernel.ports.lake import LakeTable

TOPIC = "analytics.events"
"""Where both wait: a batch's events and its dead letters are one append, so one answer is true of both."""
IDS_TOPIC = "analytics.ids"
"""What is known of ids that came before, so that a restart knows a repeated event."""

TIME = pa.timestamp("us", tz="UTC")
_TEXT = pa.string()

EVENTS = LakeTable(
    "analytics.events",
    pa.schema(
        [
            pa.field("tenant_id", _TEXT, nullable=False),
            pa.field("at", TIME, nullable=False),
            pa.field("environment", _TEXT),
            pa.field("id", _TEXT),
            pa.field("event", _TEXT),
            pa.field("schema_version", _TEXT),
            pa.field("region", _TEXT),
            pa.field("residency_zone", _TEXT),
            pa.field("user_id", _TEXT),
            pa.field("anonymous_id", _TEXT),
            pa.field("user_role", _TEXT),
            pa.field("feature", _TEXT),
            pa.field("session_id", _TEXT),
            pa.field("consent_scope", pa.list_(_TEXT)),
            pa.field("purpose", _TEXT),
            pa.field("device", _TEXT),
            pa.field("plan", _TEXT),
            pa.field("experiment_arm", _TEXT),
            pa.field("quality_tier", _TEXT),
            pa.field("producer", _TEXT),
            pa.field("received_at", TIME),
            pa.field("props", _TEXT),
            pa.field("consents", _TEXT),
        ]
    ),
    sort=("environment", "event", "at"),
)
"""One row per event; `user_id` is a pseudonym, `props` JSON text, `producer` the service account that sent it.

`consents` is `consent_scope` as text, `|one||two|`: to guard by it costs an engine a third of what a list does.
"""

DEAD_LETTERS = LakeTable(
    "analytics.dead_letters",
    pa.schema(
        [
            pa.field("tenant_id", _TEXT, nullable=False),
            pa.field("at", TIME, nullable=False),
            pa.field("environment", _TEXT),
            pa.field("producer", _TEXT),
            pa.field("letter", _TEXT),
            pa.field("id", _TEXT),
            pa.field("event", _TEXT),
            pa.field("schema_version", _TEXT),
            pa.field("code", _TEXT),
            pa.field("pointer", _TEXT),
            pa.field("sentence", _TEXT),
            pa.field("fix", _TEXT),
            pa.field("raw", _TEXT),
        ]
    ),
    sort=("environment", "event", "at"),
)
"""One row per refused event: when it came, why, and of its text what may be kept. `letter` is its own id."""

TABLES = (EVENTS, DEAD_LETTERS)
