"""Step types that can die: one whose effect is a row, one whose effect is a line in a file. And an executor to die in.

`PROBE_DIE` names where the process kills itself with SIGKILL, once; `PROBE_FILE` is what the world outside looks like.
"""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import dbos  # noqa: F401 - loaded before the forks

from companyos.app.compose import compose
from companyos.app.running import running
from companyos.kernel.domain import Domain
from companyos.kernel.house import House
from companyos.kernel.settings import Settings
from companyos.kernel.steps import Effect, Inputs, Outcome, StepCall, StepFailed, StepType, Verdict
from companyos.kernel.work import Work
from companyos.spines.maestro.engine.executor import Executor
from companyos.spines.maestro.store import Runs


class Note(Inputs, frozen=True):
    """What to note; `fail` fails after the effect, so that it must be taken back."""

    text: str
    fail: bool = False
    patience: float = 5.0


def die(here: str) -> None:
    """Kill this process with SIGKILL if it is told to die here; once, also for processes that come after it."""
    if os.environ.get("PROBE_DIE") != here:
        return
    try:
        Path(os.environ["PROBE_FILE"]).with_suffix(".died").open("x").close()
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def lines() -> list[str]:
    path = Path(os.environ["PROBE_FILE"])
    return path.read_text().splitlines() if path.exists() else []


def write(line: str) -> None:
    with Path(os.environ["PROBE_FILE"]).open("a") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())


async def plan(work: Work, call: StepCall) -> Effect:
    if call.key:
        die(f"{call.step} plan")
    return Effect(f"Note {call.inputs.text}.", detail={"text": call.inputs.text}, undo="Cross it out.")


async def note(work: Work, call: StepCall) -> Outcome:
    die(f"{call.step} before")
    await Runs(work).say(call.run, f"EFFECT {call.key}", step=call.step)
    die(f"{call.step} after")
    if call.inputs.fail:
        raise StepFailed("It was told to fail.")
    return Outcome(f"Noted {call.inputs.text}.", {"text": call.inputs.text})


async def noted(work: Work, call: StepCall, outcome: Outcome | None) -> Verdict:
    return Verdict("done", "It is there.") if outcome else Verdict("absent", "It is not there.")


async def cross_out(work: Work, call: StepCall, outcome: Outcome) -> Outcome:
    die(f"{call.step} undo before")
    await Runs(work).say(call.run, f"UNDONE {call.key}", step=call.step)
    die(f"{call.step} undo after")
    return Outcome("Crossed out.")


async def mark(work: Work, call: StepCall) -> Outcome:
    die(f"{call.step} before")
    write(f"EFFECT {call.key}")
    die(f"{call.step} after")
    return Outcome("Marked.")


async def marked(work: Work, call: StepCall, outcome: Outcome | None) -> Verdict:
    if outcome is not None:
        die(f"{call.step} recorded")
    there = f"EFFECT {call.key}" in lines() and f"UNDONE {call.key}" not in lines()
    return Verdict("done", "It is there.") if there else Verdict("absent", "It is not there.")


async def rub_out(work: Work, call: StepCall, outcome: Outcome) -> Outcome:
    die(f"{call.step} undo before")
    if f"UNDONE {call.key}" not in lines():
        write(f"UNDONE {call.key}")
    die(f"{call.step} undo after")
    return Outcome("Rubbed out.")


async def blind(work: Work, call: StepCall, outcome: Outcome | None) -> Verdict:
    return Verdict("done", "It is there.") if outcome else Verdict("unknown", "Nobody can tell.")


PROBE = Domain(
    name="probe",
    title="Probe",
    steps=(
        StepType("probe.note", "Note", Note, plan, note, noted, cross_out, gives=("text",)),
        StepType("probe.mark", "Mark", Note, plan, mark, marked, rub_out, outside=True),
        StepType("probe.blind", "Mark blindly", Note, plan, mark, blind, rub_out, outside=True),
        StepType("probe.half", "Half a step type", Note, plan, note),
    ),
)


def probed(settings: Settings) -> House:
    """A composed house that knows the probe."""
    house = compose(settings)
    house.parts = (*house.parts, PROBE)
    return house


async def carry_out(settings: Settings) -> None:
    """Carry runs out until this process is killed."""
    async with running(probed(settings), background=False) as house:
        await Executor(house).run()


def main() -> None:
    """For each line (JSON: environment variables) fork a process that carries runs out; say which signal ended it.

    Forked, because Python and its packages are then loaded once and not for each process that dies.
    """
    database, owner, data = sys.argv[1:4]
    settings = Settings(data=Path(data), database=database, database_owner=owner, demo=False)
    for line in sys.stdin:
        if (child := os.fork()) == 0:
            os.environ.update(json.loads(line))
            asyncio.run(carry_out(settings))
            os._exit(0)
        print(os.WTERMSIG(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
