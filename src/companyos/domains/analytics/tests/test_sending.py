"""Events of people who are signed in: with their consent, under a pseudonym, and unread as soon as they withdraw."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from companyos.domains.analytics.service.analytics import analytics_of
from companyos.domains.analytics.tables import EVENTS, TOPIC
from companyos.spines.data.withdrawn import withdrawn_of
from companyos.testing.world import Client, World

CONSENT = "/consents/product_analytics"
DAY = timedelta(days=1)


def seen(**more: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "event": "companyos.page_viewed",
        "props": {"path": "/services/:name"},
        **more,
    }


async def told(who: Client, *events: dict[str, Any]) -> list[tuple[str, str]]:
    """(code, pointer) of each verdict; of an accepted event both are empty."""
    answer = await who.post("/analytics/events", {"events": events})
    assert answer.status_code == 200, answer.text
    reasons = [verdict["reason"] or {} for verdict in answer.json()["verdicts"]]
    return [(reason.get("code", ""), reason.get("pointer", "")) for reason in reasons]


async def rows(world: World, who: Client) -> list[dict[str, Any]]:
    """What can be read now of the events of somebody's tenant."""
    analytics, now = analytics_of(world.house), datetime.now(UTC)
    assert await analytics.tail.caught_up((await analytics.stream.extent(TOPIC)).last)
    scan = analytics.scan(EVENTS, who.tenant, now - 2 * DAY, now + DAY)
    return (await analytics.lake.scan(scan)).to_pylist()


async def test_consent_is_the_persons_own_and_nobody_can_say_otherwise(world: World) -> None:
    sre = await world.person("support", "sre")
    pretended = seen(consent_scope=["product_analytics"], user_id="somebody else", user_role="tenant_admin")
    assert await told(sre, pretended) == [("missing_consent", "/consent_scope")]

    await sre.put(CONSENT, {"given": True})
    nothing = seen(tenant_id=str(uuid4()))
    assert await told(sre, pretended, nothing, {"id": "x", "evnt": "y"}) == [
        ("", ""),
        ("wrong_tenant", "/tenant_id"),
        ("unknown_field", "/evnt"),
    ]
    (row,) = await rows(world, sre)
    assert row["user_id"] == (await analytics_of(world.house).intake.pseudonyms(sre.tenant)).of(str(sre.id))
    assert (row["user_role"], row["region"], row["environment"]) == ("sre", "eu", "prod")
    assert (row["consent_scope"], row["purpose"]) == (["product_analytics"], "product_improvement")


async def test_without_consent_what_needs_none_leads_to_nobody(world: World) -> None:
    uma = await world.person("support")
    props = {"service": "web", "operation": "load", "outcome": "ok"}
    finished = seen(event="companyos.operation_finished", props=props, session_id="s-1", anonymous_id="a-1")
    assert await told(uma, finished) == [("", "")]
    (row,) = await rows(world, uma)
    assert {row[name] for name in ("user_id", "user_role", "session_id", "anonymous_id")} == {""}


async def test_what_somebody_withdrew_is_not_read_until_they_consent_again(world: World) -> None:
    uma, sami = await world.person("support"), await world.person("sre")
    for who in (uma, sami):
        await who.put(CONSENT, {"given": True})
        assert await told(who, seen()) == [("", "")]
    assert len(await rows(world, uma)) == 2

    await uma.put(CONSENT, {"given": False})
    assert await told(uma, seen()) == [("missing_consent", "/consent_scope")]
    withdrawn_of(world.house).look_again()
    assert [row["user_role"] for row in await rows(world, uma)] == ["sre"]

    await uma.put(CONSENT, {"given": True})
    withdrawn_of(world.house).look_again()
    assert len(await rows(world, uma)) == 2
