"""Events are CloudEvents 1.0 on the wire: the public SDK, unmodified, reads what we write."""

import json
from datetime import UTC, datetime

from cloudevents.v1.conversion import to_dict
from cloudevents.v1.http import from_json

from companyos.domains.operations.public.events import ServiceArchived
from companyos.kernel.events import Envelope, announcement, cloudevent, decode
from companyos.kernel.ids import new_id


def envelope() -> Envelope:
    archived = ServiceArchived(service="checkout")
    return Envelope(
        id=new_id(),
        tenant=new_id(),
        environment="prod",
        at=datetime(2026, 11, 22, 12, 30, 15, 250_000, tzinfo=UTC),
        actor="person:x",
        trace_id="0" * 32,
        event=archived,
    )


def test_the_public_sdk_reads_our_events() -> None:
    sent = envelope()
    read = to_dict(from_json(json.dumps(cloudevent(sent))))
    assert read["specversion"] == "1.0"
    assert read["id"] == str(sent.id)
    assert read["type"] == "companyos.operations.service.archived.v1"
    assert read["subject"] == "checkout"
    assert read["time"] == "2026-11-22T12:30:15.250000Z"
    kept = decode(sent.event.name, sent.event.version, json.dumps(read["data"]).encode())
    assert kept == sent.event


def test_news_are_events_without_data() -> None:
    read = to_dict(from_json(json.dumps(announcement(envelope()))))
    assert read["source"].endswith("/prod")
    assert read.get("data") is None
