"""`audit verify` against an attacker who may write anything into the database: what was touched is named."""

from uuid import uuid4

import pytest

from companyos.kernel.decision import Decision, Reason
from companyos.spines.evidence import note, sequencer
from companyos.spines.evidence.chain import Chain
from companyos.testing.world import World

from .trees import SUBJECT, audit, fill, named, superuser, tamper


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", "overlay(actor placing 'X' from 1)"),
        ("action", "action || '.'"),
        ("subject", "replace(subject, 'checkout', 'checkouu')"),
        ("outcome", "'failed'"),
        ("environment", "'stage'"),
        ("at", "at + interval '1 microsecond'"),
        ("detail", "replace(detail, '7', '8')"),
        ("detail", "'not json'"),
        ("detail", "detail || ' '"),
        ("request", "request || 'x'"),
        ("trace", "trace || '0'"),
        ("decision_id", "gen_random_uuid()"),
    ],
)
async def test_a_changed_record_is_named(world: World, column: str, value: str) -> None:
    tenant = await world.tenant()
    ids = await fill(world.house, tenant, 13)
    statement = f"update evidence.record set {column} = {value} where tenant_id = %s and id = %s"
    await tamper(world.house, statement, tenant, ids[7])
    found = named(await audit(world.house, tenant))
    assert ("record_changed", f"record:{ids[7]}") in found
    assert {where for code, where in found if code.startswith("record")} == {f"record:{ids[7]}"}


async def test_several_changed_records_are_all_named(world: World) -> None:
    tenant = await world.tenant()
    ids = await fill(world.house, tenant, 13)
    for at in (0, 6, 12):
        statement = "update evidence.record set actor = 'person:mallory' where tenant_id = %s and id = %s"
        await tamper(world.house, statement, tenant, ids[at])
    found = named(await audit(world.house, tenant))
    assert found == {("record_changed", f"record:{ids[at]}") for at in (0, 6, 12)}


async def test_a_removed_record_is_named(world: World) -> None:
    tenant = await world.tenant()
    ids = await fill(world.house, tenant, 9)
    await tamper(world.house, "delete from evidence.record where tenant_id = %s and id = %s", tenant, ids[4])
    assert named(await audit(world.house, tenant)) == {("record_removed", f"record:{ids[4]}")}


async def test_a_record_removed_with_its_place_and_hash_is_found(world: World) -> None:
    tenant = await world.tenant()
    ids = await fill(world.house, tenant, 9)
    await tamper(world.house, "delete from evidence.record where tenant_id = %s and id = %s", tenant, ids[4])
    await tamper(world.house, 'delete from evidence.leaf where tenant_id = %s and "index" = 4', tenant)
    found = named(await audit(world.house, tenant))
    assert found == {("place_removed", "place:4")}
    await tamper(
        world.house, 'delete from evidence.node where tenant_id = %s and level = 0 and "index" = 4', tenant
    )
    found = named(await audit(world.house, tenant))
    assert {("place_removed", "place:4"), ("node_removed", "node:0/4")} <= found


async def test_a_lost_place_is_named_with_its_record(world: World) -> None:
    tenant = await world.tenant()
    ids = await fill(world.house, tenant, 9)
    await tamper(world.house, 'delete from evidence.leaf where tenant_id = %s and "index" = 2', tenant)
    assert named(await audit(world.house, tenant)) == {("place_removed", f"record:{ids[2]}")}


async def test_an_inserted_record_is_named(world: World) -> None:
    tenant = await world.tenant()
    ids = await fill(world.house, tenant, 6)
    forged = uuid4()
    await tamper(
        world.house,
        "insert into evidence.record select tenant_id, %s, environment, at, actor, action, subject, outcome, "
        "detail, request, trace, null, null from evidence.record where tenant_id = %s and id = %s",
        forged,
        tenant,
        ids[0],
    )
    assert named(await audit(world.house, tenant)) == {("record_inserted", f"record:{forged}")}


async def test_a_record_with_a_forged_place_is_found(world: World) -> None:
    tenant = await world.tenant()
    ids = await fill(world.house, tenant, 6)
    await tamper(world.house, "insert into evidence.leaf values (%s, 6, %s)", tenant, uuid4())
    codes = {code for code, _ in named(await audit(world.house, tenant))}
    assert {"unsigned", "record_removed", "node_removed"} <= codes
    assert ids


async def test_reordered_records_are_named(world: World) -> None:
    tenant = await world.tenant()
    ids = await fill(world.house, tenant, 10, batch=10)
    exchanged = """
        with gone as (delete from evidence.leaf where tenant_id = %s and "index" in (3, 8) returning *)
        insert into evidence.leaf
        select tenant_id, "index", case "index" when 3 then %s::uuid else %s::uuid end from gone
    """
    index = "create unique index uq_leaf_record_id on evidence.leaf (tenant_id, record_id)"
    async with superuser(world.house) as db:
        await db.execute("drop index evidence.uq_leaf_record_id")
        await db.execute(exchanged, (tenant, ids[8], ids[3]))
        await db.execute(index)
    found = named(await audit(world.house, tenant))
    assert found == {("record_moved", f"record:{ids[3]}"), ("record_moved", f"record:{ids[8]}")}


async def test_a_changed_hash_is_told_from_a_changed_record(world: World) -> None:
    tenant = await world.tenant()
    await fill(world.house, tenant, 9)
    flip = "set hash = set_byte(hash, 31, get_byte(hash, 31) # 1)"
    await tamper(
        world.house, f'update evidence.node {flip} where tenant_id = %s and level = 0 and "index" = 5', tenant
    )
    assert named(await audit(world.house, tenant)) == {("hash_changed", "node:0/5")}


async def test_a_changed_inner_node_is_named(world: World) -> None:
    tenant = await world.tenant()
    await fill(world.house, tenant, 9)
    flip = "set hash = set_byte(hash, 0, get_byte(hash, 0) # 128)"
    await tamper(
        world.house, f'update evidence.node {flip} where tenant_id = %s and level = 2 and "index" = 1', tenant
    )
    assert named(await audit(world.house, tenant)) == {("node_changed", "node:2/1")}


async def test_a_record_changed_together_with_its_hash_is_narrowed_to_its_pair(world: World) -> None:
    house, tenant = world.house, await world.tenant()
    ids = await fill(house, tenant, 9)
    await tamper(
        house, "update evidence.record set actor = 'x' where tenant_id = %s and id = %s", tenant, ids[6]
    )
    (told,) = [f.sentence for f in (await audit(house, tenant)).findings if f.code == "record_changed"]
    forged = bytes.fromhex(told.split("hashes to ")[1][:64])
    statement = 'update evidence.node set hash = %s where tenant_id = %s and level = 0 and "index" = 6'
    await tamper(house, statement, forged, tenant)
    found = named(await audit(house, tenant))
    assert found == {("root", "checkpoint:9"), ("node_changed", "node:1/3")}


async def test_a_changed_checkpoint_is_named(world: World) -> None:
    tenant = await world.tenant()
    await fill(world.house, tenant, 9)
    flip = "set note = set_byte(note, length(note) - 20, get_byte(note, length(note) - 20) # 1)"
    await tamper(world.house, f"update evidence.checkpoint {flip} where tenant_id = %s and size = 5", tenant)
    assert named(await audit(world.house, tenant)) == {("checkpoint_changed", "checkpoint:5")}


async def test_a_cut_off_end_is_found_by_the_last_checkpoint(world: World) -> None:
    tenant = await world.tenant()
    await fill(world.house, tenant, 9)
    for statement in ('leaf where "index" >= 7 and', 'node where level = 0 and "index" >= 7 and'):
        await tamper(world.house, f"delete from evidence.{statement} tenant_id = %s", tenant)
    codes = {code for code, _ in named(await audit(world.house, tenant))}
    assert "cut_off" in codes


async def test_a_ledger_cut_short_with_its_checkpoints_is_found_by_a_pinned_one(world: World) -> None:
    house, tenant = world.house, await world.tenant()
    ids = await fill(house, tenant, 10)
    async with house.begin(tenant=tenant) as work:
        latest = await Chain(work.db, tenant).latest()
        assert latest is not None
        pinned, _ = note.read(latest.note)
    for at in range(5, 10):
        await tamper(house, "delete from evidence.record where tenant_id = %s and id = %s", tenant, ids[at])
    await tamper(house, 'delete from evidence.leaf where "index" >= 5 and tenant_id = %s', tenant)
    await tamper(
        house, 'delete from evidence.node where ("index" + 1) << level > 5 and tenant_id = %s', tenant
    )
    await tamper(house, "delete from evidence.checkpoint where size > 5 and tenant_id = %s", tenant)
    assert (await audit(house, tenant)).ok, "nothing inside the database can tell"
    found = named(await audit(house, tenant, pinned=[pinned]))
    assert found == {("cut_off", "checkpoint:10")}


async def test_a_waiting_record_that_is_changed_is_named(world: World) -> None:
    house, tenant = world.house, await world.tenant()
    async with house.begin(tenant=tenant) as work:
        id_ = await work.record("operations.service.changed", SUBJECT)
    assert (await audit(house, tenant)).waiting == 1
    await tamper(house, "update evidence.record set actor = 'x' where tenant_id = %s", tenant)
    assert named(await audit(house, tenant)) == {("record_changed", f"record:{id_}")}
    await sequencer.sequence(house, tenant)
    assert ("record_changed", f"record:{id_}") in named(await audit(house, tenant))


async def test_a_changed_decision_is_named(world: World) -> None:
    house, tenant = world.house, await world.tenant()
    decision = Decision(True, "operations:service.change", str(SUBJECT), (Reason("permitted", "Yes."),))
    async with house.begin(tenant=tenant) as work:
        await work.record("operations.service.changed", SUBJECT, decision=decision)
    await sequencer.sequence(house, tenant)
    assert (await audit(house, tenant)).ok
    async with superuser(house) as db:
        rows = await db.execute("select id from evidence.decision where tenant_id = %s", (tenant,))
        ((id_,),) = await rows.fetchall()
    await tamper(house, "update evidence.decision set version = 'x' where tenant_id = %s", tenant)
    assert named(await audit(house, tenant)) == {("decision_changed", f"decision:{id_}")}
    await tamper(
        house, "update evidence.decision set body = replace(body, 'Yes', 'Yea') where tenant_id = %s", tenant
    )
    assert named(await audit(house, tenant)) == {("decision_changed", f"decision:{id_}")}
    await tamper(house, "delete from evidence.decision where tenant_id = %s", tenant)
    assert named(await audit(house, tenant)) == {("decision_removed", f"decision:{id_}")}
