"""The ledger: what is appended gets its place and a signed checkpoint; nothing appended can be taken back."""

import asyncio
from itertools import pairwise

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from companyos.kernel.decision import Decision, Reason
from companyos.kernel.ports.keys import KeyRing
from companyos.spines.evidence import note, sequencer
from companyos.spines.evidence.chain import Chain
from companyos.spines.evidence.ledger import MOST_UNWRITTEN
from companyos.spines.evidence.service import public_keys
from companyos.spines.evidence.tree import consistent
from companyos.testing.world import World

from .trees import SUBJECT, audit, fill, in_order


async def test_records_get_places_and_checkpoints(world: World) -> None:
    tenant = await world.tenant()
    await fill(world.house, tenant, 12)
    found = await audit(world.house, tenant)
    assert found.findings == []
    assert (found.records, found.waiting, found.checkpoints) == (12, 0, 3)


async def test_successive_checkpoints_are_consistent(world: World) -> None:
    tenant = await world.tenant()
    await fill(world.house, tenant, 11, batch=4)
    keys = await public_keys(world.house.adapter(KeyRing))
    async with world.house.begin(tenant=tenant) as work:
        notes = await work.db.scalars(text("select note from evidence.checkpoint order by size"))
        states = []
        for raw in notes.all():
            state, signatures = note.read(bytes(raw))
            note.signed_by(state, signatures, keys)
            states.append(state)
        assert [state.size for state in states] == [4, 8, 11]
        chain = Chain(work.db, tenant)
        for old, new in pairwise(states):
            proof = await chain.growth(old.size, new.size)
            assert consistent(old.size, new.size, old.root, new.root, proof)


async def test_all_records_of_one_work_are_kept_in_the_order_of_its_acts(world: World) -> None:
    house, tenant, many = world.house, await world.tenant(), MOST_UNWRITTEN + 5
    asked = Decision(True, "operations:service.read", str(SUBJECT), (Reason("permitted", "Yes."),))
    async with house.begin(tenant=tenant) as work:
        ids = [
            await work.record("operations.service.changed", SUBJECT, decision=None if n % 9 else asked)
            for n in range(many)
        ]
        assert len(work.records) == 5
    while await sequencer.sequence(house, tenant):
        pass
    assert await in_order(house, tenant) == ids
    found = await audit(house, tenant)
    assert found.ok and (found.records, found.waiting) == (many, 0)


async def test_a_rolled_back_work_leaves_no_record(world: World) -> None:
    tenant = await world.tenant()
    with pytest.raises(RuntimeError):
        async with world.house.begin(tenant=tenant) as work:
            await work.record("operations.service.changed", SUBJECT)
            raise RuntimeError
    await sequencer.run(world.house)
    assert (await audit(world.house, tenant)).records == 0


async def test_a_long_transaction_holds_nothing_up_and_comes_later(world: World) -> None:
    house, tenant = world.house, await world.tenant()
    async with house.begin(tenant=tenant) as slow:
        early = await slow.record("operations.service.changed", SUBJECT, which="slow")
        others = await fill(house, tenant, 3)
        assert early not in others
        found = await audit(house, tenant)
        assert found.ok and found.records == 3
    await sequencer.run(house)
    assert await in_order(house, tenant) == [*others, early]
    assert (await audit(house, tenant)).ok


async def test_many_sequencers_at_once_agree(world: World) -> None:
    house, tenant = world.house, await world.tenant()
    async with house.begin(tenant=tenant) as work:
        for number in range(30):
            await work.record("operations.service.changed", SUBJECT, number=number)
    await asyncio.gather(*(sequencer.sequence(house, tenant) for _ in range(4)))
    found = await audit(house, tenant)
    assert found.ok and found.checkpoints == 1


async def test_hostile_values_are_kept_and_verify(world: World) -> None:
    house, tenant = world.house, await world.tenant()
    odd = {
        "nul": "\0",
        "surrogate": "\ud800",
        "big": 2**70,
        "nan": float("nan"),
        "deep": {"a": [{"b": None}]},
    }
    async with house.begin(tenant=tenant, environment="e\0") as work:
        work.request_id = "\ud800" * 5000
        await work.record("operations.service.changed", SUBJECT, **odd)
    await sequencer.run(house)
    found = await audit(house, tenant)
    assert found.ok and found.records == 1


@pytest.mark.parametrize("table", ["record", "leaf", "node", "checkpoint", "decision", "pack", "sealed"])
@pytest.mark.parametrize("verb", ["update {} set tenant_id = tenant_id", "delete from {}", "truncate {}"])
async def test_the_application_can_only_add(world: World, table: str, verb: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with world.house.begin(tenant=await world.tenant()) as work:
            await work.db.execute(text(verb.format(f"evidence.{table}")))


async def test_rotation_keeps_old_checkpoints_verifiable(world: World) -> None:
    house, tenant = world.house, await world.tenant()
    await fill(house, tenant, 4)
    ring = house.adapter(KeyRing)
    before = await ring.public("evidence")
    new = await ring.rotate("evidence", "EdDSA")
    await fill(house, tenant, 2)
    assert len(await ring.public("evidence")) == len(before) + 1
    assert (await audit(house, tenant)).ok
    async with house.begin(tenant=tenant) as work:
        latest = await Chain(work.db, tenant).latest()
        assert latest is not None and latest.kid == new.kid
