"""The roll-up is exact: whatever the order, however often repeated, wherever cut, whatever ends in between."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companyos.domains.analytics.rules.envelope import Envelope
from companyos.domains.analytics.rules.judging import Owner
from companyos.domains.analytics.rules.rollups import counted, joined, people_of, sessions_of
from companyos.domains.analytics.rules.rollups.counting import allowed
from companyos.domains.analytics.service import rollups
from companyos.domains.analytics.settings import AnalyticsSettings
from companyos.domains.analytics.store.feed import EventFeed
from companyos.domains.analytics.store.records import records
from companyos.domains.analytics.store.rollups import Rollups
from companyos.domains.analytics.tables import EVENTS
from companyos.kernel.ports.stream import Stored
from companyos.kernel.tail import OFFSET

from .sending import a_sender, event

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
OWNER = Owner(UUID(int=7), "prod", "shop")


@st.composite
def arrivals(draw):
    """Events, and the order in which they come in: all of them, some again, in batches, counted now and then."""
    few = st.sampled_from
    kinds = st.builds(
        Envelope,
        event=few(["viewed", "used"]),
        feature=few(["search", "plans", ""]),
        user_role=few(["sre", "support"]),
        plan=few(["", "team"]),
        user_id=few(["ann", "bob", ""]),
        anonymous_id=few(["phone", ""]),
        session_id=few(["s1", "s2", "s3", ""]),
        purpose=few(["product_improvement", "operations"]),
        consent_scope=few([["product_analytics"], ["x", "product_analytics"], ["x"], []]),
        at=few([NOON - timedelta(hours=n) for n in (0, 1, 11, 12, 13, 40)]),
    )
    events = draw(st.lists(kinds, max_size=12))
    for number, one in enumerate(events):
        one.id = f"e{number}"
    again = draw(st.lists(st.sampled_from(events), max_size=8)) if events else []
    come = draw(st.permutations([*events, *again]))
    cuts = draw(st.lists(st.tuples(st.integers(1, 4), st.booleans()), max_size=8))
    return events, come, cuts


class Memory:
    """A roll-up in memory, kept as the store keeps it."""

    def __init__(self):
        self.numbers, self.cells, self.hours = defaultdict(dict), {}, defaultdict(int)

    def add(self, rows):
        rows = allowed(rows)
        names = [self._named("person", people_of(rows)), self._named("session", sessions_of(rows))]
        found = counted(rows, *names)
        for environment, cells in found.cells.items():
            for key, use in cells.items():
                there = self.cells.get((environment, key))
                self.cells[environment, key] = joined([use, there] if there else [use])
        for hours in found.hours.values():
            for key, events in hours.items():
                self.hours[key] += events

    def _named(self, kind, texts):
        known = self.numbers[kind]
        for text in texts.to_pylist():
            if text:
                known.setdefault(text, len(known) + 1)
        return known

    def told(self):
        """Everything in words, without numbers."""
        who, which = ({n: text for text, n in self.numbers[kind].items()} for kind in ("person", "session"))
        return {
            key: (use.events, {who[n] for n in use.people}, {which[n] for n in use.sessions})
            for (_, key), use in self.cells.items()
        }


def expected(events):
    """The same, one event after the other."""
    found, hours = {}, defaultdict(int)
    for one in events:
        if one.purpose != "product_improvement" or "product_analytics" not in one.consent_scope:
            continue
        hour = int(one.at.timestamp()) // 3600
        key = (hour // 24, one.feature, one.user_role, one.plan, one.event)
        count, people, visits = found.setdefault(key, (0, set(), set()))
        people |= {one.user_id or one.anonymous_id} - {""}
        visits |= {one.session_id} - {""}
        found[key] = (count + 1, people, visits)
        hours[hour, one.feature, one.user_role, one.plan] += 1
    return found, hours


@settings(max_examples=60, deadline=None)
@given(arrivals())
def test_any_order_and_any_repetition_of_arrival_gives_the_same_answer(arrival):
    events, come, cuts = arrival
    feed, rollup = EventFeed(None, AnalyticsSettings()), Memory()
    waiting, offset, left = [], 0, list(come)
    while left:
        size, count_now = cuts[offset % len(cuts)] if cuts else (len(left), True)
        (record,) = records(OWNER, NOON, left[:size], [])
        offset, left = offset + 1, left[size:]
        waiting.append(Stored(offset, record))
        if count_now or not left:
            rollup.add(feed.decode(waiting)[EVENTS.name].drop_columns(OFFSET).combine_chunks())
            waiting = []
    found, hours = expected(events)
    assert rollup.told() == found
    assert dict(rollup.hours) == hours


async def told(world, tenant):
    """Everything that is kept of a tenant, in words."""
    async with world.house.begin(tenant=tenant) as work:
        cells = await Rollups(work).every_cell()
        hours = await Rollups(work).hours("prod", 0, 1 << 30)
    return sorted(
        (e, *c.key, c.use.events, len(c.use.people), len(c.use.sessions)) for e, c in cells
    ), sorted(hours)


async def test_events_are_counted_once_whatever_comes_late_again_or_to_an_end(world, app_client, monkeypatch):
    sender = await a_sender(world, app_client)
    now = datetime.now(UTC)
    made = [
        event(
            at=(now - timedelta(days=n % 3)).isoformat(),
            user_id=f"u{n % 5}",
            session_id=f"s{n % 7}",
            feature="search" if n % 2 else "plans",
            user_role="sre",
        )
        for n in range(40)
    ]

    async def counted_with(*events):
        await sender.send(*events)
        await sender.rows()
        await rollups.count(world.house)

    await counted_with(*made[30:], *made[:10])
    moving = rollups.move_position

    async def ends(work, upto):
        raise OSError("the process ended here")

    monkeypatch.setattr(rollups, "move_position", ends)
    with pytest.raises(OSError, match="ended"):
        await counted_with(*made[5:35])
    monkeypatch.setattr(rollups, "move_position", moving)
    await counted_with(*made)
    await sender.rows(at_once=True)

    kept, hours = await told(world, sender.tenant)
    assert sum(row[6] for row in kept) == sum(events for _, events in hours) == 40
    people = {(n % 3, n % 2, n % 5) for n in range(40)}
    assert sum(row[7] for row in kept) == len(people)
    assert sum(row[8] for row in kept) == len({(n % 3, n % 2, n % 7) for n in range(40)})

    today = int(now.timestamp()) // 86_400
    await rollups.recount(world.house, sender.tenant, range(today - 3, today + 1))
    assert await told(world, sender.tenant) == (kept, hours)


async def test_days_that_are_past_their_time_go_with_their_events(world, app_client):
    sender, now = await a_sender(world, app_client), datetime.now(UTC)
    for days in (2, 399.5):
        at = (now - timedelta(days=days)).isoformat()
        await sender.send(event(user_id=f"u{days}", session_id=f"s{days}", at=at))
    await sender.rows()
    await rollups.count(world.house)
    assert len((await told(world, sender.tenant))[0]) == 2
    settings_of = sender.analytics.settings
    kept, settings_of.keep_events_days = settings_of.keep_events_days, 30
    try:
        await rollups.trim(world.house)
    finally:
        settings_of.keep_events_days = kept
    assert len((await told(world, sender.tenant))[0]) == len((await told(world, sender.tenant))[1]) == 1


async def test_a_person_who_is_forgotten_is_in_no_set_and_nobody_elses_answer_changes(world, app_client):
    sender, other = await a_sender(world, app_client), await a_sender(world, app_client, "other")
    for one in (sender, other):
        await one.send(*[event(user_id=f"u{n % 3}", session_id=f"s{n}") for n in range(9)])
    pseudonym = (await sender.rows())[0]["user_id"]
    await rollups.count(world.house)
    theirs = await told(world, other.tenant)

    async with world.house.begin(tenant=sender.tenant) as work:
        assert (await rollups.traces(work, pseudonym)).cells == 1
        gone = await rollups.forget(work, pseudonym)
    async with world.house.begin(tenant=sender.tenant) as work:
        assert (await rollups.traces(work, pseudonym)).cells == 0
    ((*_, events, people, _),), _ = await told(world, sender.tenant)
    assert (len(gone.days), events, people) == (1, 9, 2)
    assert await told(world, other.tenant) == theirs
