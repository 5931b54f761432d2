"""Reads a plan from YAML (or JSON, which YAML holds). Nothing half-read gets out: all faults are told at once."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, get_args
from zoneinfo import ZoneInfo

from croniter import croniter

from companyos.kernel.decision import Reason
from companyos.kernel.problems import Invalid
from companyos.kernel.steps import StepType
from companyos.kernel.yaml_lines import NotYaml, Spot, read_documents

from .checking import check
from .parameters import read_parameters
from .plan import Concurrency, OnFailure, Plan, Schedule
from .reading import Reader, plain
from .steps import read_steps

_KNOWN = {
    "plan", "title", "description", "parameters", "approval", "guards", "concurrency", "schedule", "timeout",
    "on_failure", "steps",
}  # fmt: skip
NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
MAX_BYTES = 262_144
_MONTH = 31 * 86_400.0
_CRON: Any = croniter  # it comes without types


class PlanRefused(Invalid):
    """A plan that cannot be used; `reasons` say file and line, what is wrong, and what to write instead."""

    def __init__(self, reasons: Iterable[Reason]):
        found = tuple(reasons)
        super().__init__(f"{found[0].sentence} ({found[0].where})", reasons=found)


def read_plan(text: str, types: Mapping[str, StepType], *, file: str = "plan.yaml") -> Plan:
    """The plan that a text holds. Raises PlanRefused with every fault found."""
    reader = Reader(file)
    if len(text.encode()) > MAX_BYTES:
        reader.wrong(1, f"A plan has at most {MAX_BYTES} bytes.", "Make several plans of it.")
        raise PlanRefused(reader.problems)
    try:
        documents = read_documents(text, file)
    except NotYaml as error:
        raise PlanRefused([error.reason]) from None
    if len(documents) != 1 or not isinstance(documents[0].value, dict):
        reader.wrong(1, f"A file holds one plan; here are {len(documents)}.", "Begin with `plan: its-name`.")
        raise PlanRefused(reader.problems)
    plan = _plan(reader, documents[0], types)
    if reader.problems:
        raise PlanRefused(reader.problems)
    return plan


def _plan(reader: Reader, top: Spot, types: Mapping[str, StepType]) -> Plan:
    reader.mapping(top, "A plan", _KNOWN)
    name = reader.text(top.get("plan"), "plan", most=63)
    if not NAME.fullmatch(name):
        line = (top.get("plan") or top).line
        reader.wrong(
            line, f"`plan` names the plan; {name!r} is no name.", "Use small letters, digits and hyphens."
        )
    parameters = read_parameters(reader, top.get("parameters"))
    steps = read_steps(reader, top.get("steps"))
    if not steps and not reader.problems:
        reader.wrong(top.line, "The plan has no steps.", "Write `steps:` and at least one below it.")
    plan = Plan(
        name=name,
        title=reader.text(top.get("title"), "title") or name,
        description=reader.text(top.get("description"), "description", most=4000),
        steps=steps,
        parameters=parameters,
        approval=reader.flag(top.get("approval"), "approval", default=False),
        guards=_guards(reader, top.get("guards")),
        concurrency=_concurrency(reader, top.get("concurrency")),
        schedule=_schedule(reader, top.get("schedule")),
        timeout=reader.seconds(top.get("timeout"), "timeout", default=86_400.0, most=_MONTH),
        on_failure=_on_failure(reader, top.get("on_failure")),
    )
    check(reader, plan, types, top)
    return plan


def _on_failure(reader: Reader, spot: Spot | None) -> OnFailure:
    found = reader.choice(spot, "on_failure", get_args(OnFailure), default="undo")
    return "stop" if found == "stop" else "undo"


def _guards(reader: Reader, spot: Spot | None) -> tuple[str, ...]:
    if spot is None:
        return ()
    if not isinstance(spot.value, list) or not all(isinstance(one.value, str) for one in spot.value):
        reader.wrong(
            spot.line, "`guards` is a list of conditions.", "Write - \"run.environment == 'stage'\"."
        )
        return ()
    return tuple(one.value for one in spot.value)


def _concurrency(reader: Reader, spot: Spot | None) -> Concurrency | None:
    if spot is None or not reader.mapping(spot, "`concurrency`", {"limit", "key"}):
        return None
    limit = reader.number(spot.get("limit"), "limit", least=1, most=1000, default=1, whole=True)
    return Concurrency(int(limit), reader.text(spot.get("key"), "key"))


def _schedule(reader: Reader, spot: Spot | None) -> Schedule | None:
    if spot is None or not reader.mapping(spot, "`schedule`", {"cron", "zone", "parameters"}):
        return None
    cron, zone = reader.text(spot.get("cron"), "cron"), reader.text(spot.get("zone"), "zone", default="UTC")
    if len(cron.split()) != 5 or not _CRON.is_valid(cron):
        line = (spot.get("cron") or spot).line
        reader.wrong(line, f"`cron` {cron!r} is no schedule of five fields.", 'Write cron: "0 3 * * 1-5".')
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        line = (spot.get("zone") or spot).line
        reader.wrong(line, f"There is no time zone {zone!r}.", "Write zone: Europe/Berlin, or UTC.")
    return Schedule(cron, zone, plain(spot.get("parameters")) or {})


def next_time(schedule: Schedule, after: datetime) -> datetime:
    """The first moment after another one when a schedule is due, in UTC."""
    local = after.astimezone(ZoneInfo(schedule.zone))
    found: datetime = _CRON(schedule.cron, local).get_next(datetime)
    return found.astimezone(UTC)
