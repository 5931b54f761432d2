"""The end of a run: its last state, its audit record, and the evidence pack that proves all of it."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from ..rules.run import Run, RunState, RunStep
from ..service.runs import ONLY_SHOWN
from ..store import Plans, Runs
from .engine import Beat
from .moving import let_go, move_run

_ENDED = {
    "succeeded": "maestro.run.finished",
    "failed": "maestro.run.failed",
    "cancelled": "maestro.run.cancelled",
    "undone": "maestro.run.undone",
}


async def finish(beat: Beat, state: RunState, sentence: str) -> UUID:
    """End a run: record it, ask for its pack, and let go of it. Returns the pack's id."""
    work = beat.work
    run = await move_run(beat, state, sentence)
    record = await work.record(
        _ENDED[state],
        run.ref,
        outcome="failed" if state == "failed" else "done",
        plan=run.plan,
        version=run.plan_version,
        plan_hash=run.hash,
        asked_by=run.asked_by,
        reason=run.reason,
        sentence=sentence,
        steps={s.name: s.state for s in beat.steps},
    )
    source = await Plans(work).version(run.plan, run.plan_version)
    pack = await work.evidence(
        record,
        title=f"Run of {run.preview.get('title', run.plan)} in {run.environment}: {state}",
        attachments={
            "plan.yaml": source.source,
            "plan.json": _approved(run),
            "run.json": _run(run),
            "dry_run.json": run.preview,
            "decisions.json": {
                "start": run.decision,
                "steps": {s.name: list(s.decisions) for s in beat.steps if s.decisions},
            },
            "steps.json": {"steps": [_step(s) for s in beat.steps]},
            "log.txt": await _log(beat, run),
            **({"elevation.json": dict(run.elevation)} if run.elevation else {}),
        },
    )
    beat.run = await Runs(work).put(replace(run, evidence=(*run.evidence, str(pack))))
    await let_go(beat)
    return pack


def _approved(run: Run) -> dict[str, Any]:
    """Exactly what the hash covers, so that anybody can hold the two against each other."""
    return {name: value for name, value in run.preview.items() if name not in ONLY_SHOWN}


def _run(run: Run) -> dict[str, Any]:
    return {
        "id": str(run.id),
        "plan": run.plan,
        "plan_version": run.plan_version,
        "plan_hash": run.hash,
        "environment": run.environment,
        "parameters": dict(run.parameters),
        "asked_by": run.asked_by,
        "reason": run.reason,
        "scheduled": run.scheduled,
        "elevation": dict(run.elevation),
        "state": run.state,
        "sentence": run.sentence,
        "queued_at": run.queued_at.isoformat(),
        "started_at": run.started_at.isoformat() if run.started_at else None,
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
    }


def _step(step: RunStep) -> dict[str, Any]:
    return {
        "name": step.name,
        "type": step.type,
        "state": step.state,
        "sentence": step.sentence,
        "idempotency_key": step.key,
        "attempts": step.attempts,
        "effect": dict(step.effect),
        "outcome": dict(step.outcome),
        "verification": dict(step.verdict),
        "log_excerpt": step.log,
        "started_at": step.started_at.isoformat() if step.started_at else None,
        "finished_at": step.finished_at.isoformat() if step.finished_at else None,
    }


async def _log(beat: Beat, run: Run) -> str:
    lines = [
        f"{e.at.isoformat()} {e.actor} {f'[{e.step}] ' if e.step else ''}{e.text}"
        for e in await Runs(beat.work).log(run.id)
    ]
    return "\n".join(lines) + "\n"
