"""HTTP entrance of evidence: the audit trail and what proves it."""

import json
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy import Row
from starlette.requests import Request
from starlette.routing import Route

from companyos.kernel.http import Instant, Page, SliceDep, WorkDep
from companyos.kernel.ports.keys import KeyRing

from . import keys, note, service
from .rows import record_of
from .store import Wanted
from .verify import Report
from .wire import (
    CheckpointOut,
    FileOut,
    FindingOut,
    KeyOut,
    PackOut,
    PackSummaryOut,
    ProofOut,
    RecordDetailOut,
    RecordOut,
    VerificationOut,
)

router = APIRouter(tags=["evidence"])
ZIP, HTML = "application/zip", "text/html"


def _wanted(
    subject: Annotated[str | None, Query(max_length=2000, description="Exactly this entity.")] = None,
    actor: Annotated[str | None, Query(max_length=2000, description="Exactly this actor.")] = None,
    action: Annotated[
        str | None, Query(max_length=200, description="This audit event, or all below it with a final dot.")
    ] = None,
    outcome: Annotated[Literal["done", "denied", "failed"] | None, Query()] = None,
    begin: Annotated[Instant | None, Query(alias="from", description="Not before this moment.")] = None,
    end: Annotated[Instant | None, Query(alias="to", description="Before this moment.")] = None,
) -> Wanted:
    """Which acts are asked for."""
    return Wanted(_clean(subject), _clean(actor), _clean(action), outcome, begin, end)


WantedDep = Annotated[Wanted, Depends(_wanted)]


@router.get("/audit")
async def list_audit_records(work: WorkDep, slice_: SliceDep, wanted: WantedDep) -> Page[RecordOut]:
    """What happened, newest first."""
    kept, following = slice_.page(
        await service.trail(work, wanted, slice_), lambda r: (r.at.isoformat(), r.id)
    )
    return Page(items=[RecordOut(**_record(row)) for row in kept], next=following)


@router.get("/audit/checkpoint")
async def get_audit_checkpoint(work: WorkDep) -> CheckpointOut:
    """The newest signed checkpoint of the ledger; keep one elsewhere to pin its history."""
    stored, key = await service.latest_checkpoint(work)
    state, _ = note.read(stored.note)
    return CheckpointOut(
        origin=state.origin,
        size=state.size,
        root=state.root.hex(),
        at=stored.at,
        checkpoint=stored.note.decode(),
        public_key=KeyOut(**key.jwk()),
        verifier_key=note.verifier_key(state.origin, key),
    )


@router.get("/audit/verification")
async def verify_audit(work: WorkDep) -> VerificationOut:
    """Recompute the whole ledger from its records and name whatever was changed, removed, moved or inserted."""
    audit = await service.audit_ledger(work)
    return VerificationOut(
        ok=audit.ok,
        records=audit.records,
        waiting=audit.waiting,
        checkpoints=audit.checkpoints,
        findings=[FindingOut(code=f.code, where=f.where, sentence=f.sentence) for f in audit.findings],
        counts=dict(audit.counts),
    )


@router.get("/audit/{id}")
async def get_audit_record(id: UUID, work: WorkDep) -> RecordDetailOut:
    """One record, with the decision it was made under."""
    row, decision = await service.one(work, id)
    return RecordDetailOut(**_record(row), made_under=json.loads(decision) if decision else None)


@router.get("/audit/{id}/proof")
async def prove_audit_record(id: UUID, work: WorkDep) -> ProofOut:
    """The proof that the ledger holds this record, up to the newest signed checkpoint."""
    proved = await service.prove(work, id)
    return ProofOut(
        record=json.loads(record_of(proved.record).encoded),
        **msgspec.structs.asdict(proved.proof),
        checkpoint=proved.checkpoint.note.decode(),
        public_key=KeyOut(**proved.key.jwk()),
        verifier_key=note.verifier_key(note.origin(work.tenant), proved.key),
    )


@router.get("/evidence")
async def list_evidence_packs(
    work: WorkDep,
    slice_: SliceDep,
    wanted: WantedDep,
    record: Annotated[UUID | None, Query(description="About exactly this audit record.")] = None,
) -> Page[PackOut]:
    """Evidence packs, newest first."""
    rows = await service.packs(work, wanted, record, slice_)
    kept, following = slice_.page(rows, lambda r: (r.at.isoformat(), r.id))
    return Page(items=[PackOut(**_pack(row)) for row in kept], next=following)


@router.get("/evidence/{id}", response_class=Response, responses={200: {"content": {ZIP: {}}}})
async def download_evidence_pack(id: UUID, work: WorkDep) -> Response:
    """The sealed pack, one zip; verify it with `companyos evidence verify FILE`, with no server."""
    content = await service.download(work, id)
    headers = {
        "Content-Disposition": f'attachment; filename="evidence-{id}.zip"',
        "Cache-Control": "private, max-age=31536000, immutable",
    }
    return Response(content, media_type=ZIP, headers=headers)


@router.get("/evidence/{id}/view", response_class=Response, responses={200: {"content": {HTML: {}}}})
async def download_evidence_view(id: UUID, work: WorkDep) -> Response:
    """The pack as one HTML file that verifies and shows it in any browser, with no server and no network."""
    headers = {"Content-Disposition": f'attachment; filename="evidence-{id}.html"'}
    return Response(await service.viewable(work, id), media_type=HTML, headers=headers)


@router.get("/evidence/{id}/summary")
async def get_evidence_summary(id: UUID, work: WorkDep) -> PackSummaryOut:
    """What a pack holds, and whether it verifies against the ledger's keys."""
    row, report = await service.summary(work, id)
    return PackSummaryOut(
        **_pack(row),
        files=_files(report),
        verified=report.ok,
        findings=[FindingOut(code=f.code, where=f.where, sentence=f.sentence) for f in report.findings],
        signed_by=report.signer.kid if report.signer else None,
        leaf_index=report.proof.leaf_index if report.proof else None,
        tree_size=report.proof.tree_size if report.proof else None,
    )


async def evidence_keys(request: Request) -> Response:
    """Every public key that ever signed for the ledger (JWK set), for everyone."""
    ring = request.app.state.house.adapter(KeyRing)
    content = keys.write_set(await service.public_keys(ring))
    headers = {"Cache-Control": "public, max-age=60", "Access-Control-Allow-Origin": "*"}
    return Response(content, media_type="application/jwk-set+json", headers=headers)


routes = (Route("/.well-known/companyos/evidence-keys", evidence_keys, methods=["GET"]),)


def _record(row: Row[Any]) -> dict[str, Any]:
    names = ("id", "at", "environment", "actor", "action", "subject", "outcome", "request", "trace")
    return {
        **{name: getattr(row, name) for name in names},
        "index": row.place,
        "detail": json.loads(row.detail),
        "decision": row.decision_id,
        "hash": bytes(row.hash).hex() if row.hash is not None else None,
    }


def _pack(row: Row[Any]) -> dict[str, Any]:
    names = (
        "id",
        "title",
        "at",
        "actor",
        "action",
        "subject",
        "outcome",
        "environment",
        "sealed_at",
        "sha256",
    )
    return {**{name: getattr(row, name) for name in names}, "record": row.record_id}


def _files(report: Report) -> list[FileOut]:
    if report.statement is None:
        return []
    sizes = report.statement.predicate.sizes
    signed = report.statement.subject
    return [FileOut(name=s.name, size=sizes.get(s.name, 0), sha256=s.digest.sha256) for s in signed]


def _clean(text: str | None) -> str | None:
    """PostgreSQL text holds no NUL, and no record has one; such a filter finds nothing."""
    return None if text is None else text.replace("\0", "\ufffd")
