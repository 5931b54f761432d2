"""Channels and notices over the API, and the step that tells people."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from companyos.domains.notices.service import notices
from companyos.domains.notices.steps import TYPES, Notify
from companyos.kernel.ids import new_id
from companyos.kernel.ports.mail import Letter, Mail, Undelivered
from companyos.kernel.problems import Invalid
from companyos.kernel.steps import StepCall
from companyos.testing.world import Client, World

ROOM = "https://hooks.chat.example/services/T0/SECRET"
(NOTIFY,) = TYPES


async def channel(who: Client, name: str, **how: Any) -> dict[str, Any]:
    answer = await who.post("/channels", {"name": name, **how})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def service(who: Client, name: str, owner: str) -> None:
    assert (await who.post("/services", {"name": name, "title": name, "owner": owner})).status_code == 201


async def test_a_rooms_url_comes_in_and_never_out(world: World) -> None:
    admin = await world.person("tenant_admin")
    made = await channel(admin, "commerce", chat=ROOM)
    assert (made["kind"], made["to"]) == ("chat", ["hooks.chat.example"])
    listed = await admin.get("/channels")
    assert listed.json()["captured"] == ["mail", "chat"]
    trail = await admin.get("/audit?action=notices.channel.created")
    assert "SECRET" not in listed.text + trail.text + str(made)
    for row in trail.json()["items"]:
        assert "SECRET" not in (await admin.get(f"/audit/{row['id']}")).text


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"mail": ["a@b.example"], "chat": ROOM}, "/mail"),
        ({}, "/mail"),
        ({"mail": ["a@b.example", "b"]}, "/mail/1"),
        ({"mail": ["a@b.example\nBcc: all@b.example"]}, "/mail/0"),
        ({"chat": "https://169.254.169.254/"}, "/chat"),
        ({"chat": "http://hooks.chat.example/"}, "/chat"),
    ],
)
async def test_a_channel_that_cannot_be_is_refused(world: World, body: dict[str, Any], where: str) -> None:
    admin = await world.person("tenant_admin")
    answer = await admin.post("/channels", {"name": "commerce", **body})
    assert (answer.status_code, answer.json()["reasons"][0]["where"]) == (422, where)


async def test_only_administrators_keep_channels_and_read_notices(world: World) -> None:
    sre, admin = await world.person("sre"), await world.person("tenant_admin")
    assert (await sre.post("/channels", {"name": "x", "mail": ["a@b.example"]})).status_code == 403
    await channel(admin, "commerce", mail=["commerce@bank.example"])
    assert (await sre.get("/channels")).status_code == 200
    assert (await sre.get("/notices")).status_code == 403
    assert (await sre.delete("/channels/commerce")).status_code == 403
    other = await world.person("tenant_admin", tenant="other")
    assert (await other.delete("/channels/commerce")).status_code == 404
    assert (await other.get("/channels")).json()["items"] == []
    assert (await admin.delete("/channels/commerce")).status_code == 204


def call(to: tuple[str, ...], key: str = "") -> StepCall:
    told = Notify(to=to, subject="Checkout was rolled back", text="To 1.0.0")
    return StepCall(new_id(), "roll-back", "tell", told, key or str(uuid4()), "person:x", "Errors")


async def test_owners_are_told_once_and_the_letter_can_be_read(world: World) -> None:
    admin = await world.person("platform_engineer")
    await channel(admin, "commerce", mail=["commerce@bank.example"])
    await channel(admin, "war-room", chat=ROOM)
    await service(admin, "checkout", "commerce")
    step = call(("owner:checkout", "war-room", "commerce"))
    async with world.house.begin(tenant=admin.tenant, environment="prod") as work:
        effect = await NOTIFY.plan(work, step)
        assert "commerce (commerce@bank.example)" in effect.sentence and "SECRET" not in str(effect)
        assert {need.action for need in effect.needs} == {"notices:notice.send"} and effect.undo is None
    step = StepCall(
        step.run, step.plan, step.step, step.inputs, step.key, step.asked_by, step.reason, 1, effect.detail
    )
    for _ in range(2):  # the second attempt is the same
        async with world.house.begin(tenant=admin.tenant, environment="prod") as work:
            outcome = await NOTIFY.apply(work, step)
    async with world.house.begin(tenant=admin.tenant, environment="prod") as work:
        assert (await NOTIFY.verify(work, step, outcome)).state == "pending"
    await world.deliver()
    async with world.house.begin(tenant=admin.tenant, environment="prod") as work:
        assert (await NOTIFY.verify(work, step, outcome)).state == "done"
    told = (await admin.get("/notices")).json()["items"]
    assert sorted((one["channel"], one["status"]) for one in told) == [
        ("commerce", "sent"),
        ("war-room", "sent"),
    ]
    read = [(await admin.get(f"/notices/{one['id']}")).json()["kept"] for one in told]
    assert all("Checkout was rolled back" in kept and "Errors" in kept for kept in read)
    assert "SECRET" not in "".join(read)


async def test_a_plan_with_nobody_to_tell_says_so(world: World) -> None:
    admin = await world.person("platform_engineer")
    await service(admin, "checkout", "commerce")
    async with world.house.begin(tenant=admin.tenant, environment="prod") as work:
        for to, why in (
            ("owner:checkout", "no channel commerce of checkout's owner"),
            ("nobody", "no channel"),
        ):
            with pytest.raises(Invalid, match=why):
                await NOTIFY.plan(work, call((to,)))
        assert (
            await NOTIFY.verify(
                work,
                StepCall(new_id(), "p", "s", None, "k", "person:x", planned={"channels": {"gone": []}}),
                None,
            )
        ).state == "absent"


class Moody:
    """Refuses as it is told to."""

    def __init__(self, again: bool):
        self.again = again

    async def send(self, letter: Letter) -> str:
        raise Undelivered("550 no such mailbox", again=self.again)


@pytest.mark.parametrize(("again", "then"), [(False, "failed"), (True, "queued")])
async def test_a_refusal_is_kept_and_a_delay_waited_for(world: World, again: bool, then: str) -> None:
    admin = await world.person("platform_engineer")
    await channel(admin, "commerce", mail=["commerce@bank.example"])
    kept = world.house.adapters[Mail]
    world.house.adapters[Mail] = Moody(again)
    try:
        async with world.house.begin(tenant=admin.tenant, environment="prod") as work:
            await notices.send(work, to="commerce", subject="s\r\nBcc: x@y.example", text="t", key="k")
        await world.deliver()
    finally:
        world.house.adapters[Mail] = kept
    (told,) = (await admin.get("/notices")).json()["items"]
    assert (told["status"], told["subject"]) == (then, "s Bcc: x@y.example")
    if then == "failed":
        assert told["said"] == "550 no such mailbox"
    assert Path(kept.folder).is_dir()
