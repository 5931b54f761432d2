"""Verify an evidence pack with nothing but the pack, and a pinned key if the verifier has one.

Every check runs that can run, each says exactly what is wrong. A pack without findings is whole: not one byte of it
differs from what was signed. Without a pinned key that says only that whoever held the keys in the pack wrote it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

import msgspec

from companyos.kernel.decision import Reason

from . import archive, canonical, dsse, note
from .keys import VerifyKey, read_set
from .pack import CHECKPOINT, DECISION, ELEVATION, KEYS, PLAN, PROOF, RECORD, STATEMENT, Proof
from .record import Record
from .record import read as read_record
from .statement import Statement
from .statement import read as read_statement
from .tree import leaf_hash, root_from_inclusion

REQUIRED = (STATEMENT, RECORD, PROOF, CHECKPOINT, KEYS)


@dataclass(slots=True)
class Report:
    """What the verification of one pack found. `findings` is empty when the pack is whole.

    The other fields hold what could be read, also of a pack with findings.
    """

    findings: list[Reason] = field(default_factory=list)
    statement: Statement | None = None
    record: Record | None = None
    checkpoint: note.Checkpoint | None = None
    proof: Proof | None = None
    signer: VerifyKey | None = None
    pinned: bool = False

    @property
    def ok(self) -> bool:
        return not self.findings

    def find(self, code: str, where: str, sentence: str) -> None:
        """Add a finding about a file of the pack."""
        self.findings.append(Reason(code, sentence, where))


def verify(data: bytes, pinned: list[VerifyKey] | None = None) -> Report:
    """Verify a pack's bytes. With `pinned` keys, only signatures by these count. Never raises on bad input."""
    report = Report(pinned=pinned is not None)
    try:
        files = archive.read(data)
    except ValueError as error:
        report.find("archive", "pack", str(error))
        return report
    for name in REQUIRED:
        if name not in files:
            report.find("file_missing", name, f"{name} is missing from the pack")
    keys = _keys(report, files, pinned)
    _statement(report, files, keys)
    _record(report, files)
    _checkpoint(report, files, keys)
    _proof(report, files)
    _decision(report, files)
    _elevation(report, files)
    _agreement(report)
    if report.ok and (difference := archive.difference(files, data)):
        report.find("archive", "pack", f"the archive around the files was changed: {difference}")
    return report


def _keys(report: Report, files: Mapping[str, bytes], pinned: list[VerifyKey] | None) -> list[VerifyKey]:
    keys: list[VerifyKey] = []
    if KEYS in files:
        try:
            keys = read_set(files[KEYS], KEYS)
        except ValueError as error:
            report.find("keys", KEYS, str(error))
    return keys if pinned is None else pinned


def _statement(report: Report, files: Mapping[str, bytes], keys: list[VerifyKey]) -> None:
    if STATEMENT not in files:
        return
    try:
        envelope = dsse.read(files[STATEMENT], STATEMENT)
    except ValueError as error:
        report.find("statement", STATEMENT, str(error))
        return
    try:
        report.signer = dsse.signed_by(envelope, keys)
    except ValueError as error:
        report.find("signature", STATEMENT, str(error))
    try:
        report.statement = read_statement(envelope.payload, "the statement")
    except ValueError as error:
        report.find("statement", STATEMENT, str(error))
        return
    for code, where, sentence in _subjects(report.statement, files):
        report.find(code, where, sentence)


def _subjects(signed: Statement, files: Mapping[str, bytes]) -> Iterator[tuple[str, str, str]]:
    promised = {subject.name: subject.digest.sha256 for subject in signed.subject}
    for name, expected in promised.items():
        if name not in files:
            if name not in REQUIRED:
                yield (
                    "file_missing",
                    name,
                    f"{name} is missing; the statement names it with sha256 {expected}",
                )
            continue
        actual = sha256(files[name]).hexdigest()
        if actual != expected:
            yield "file_changed", name, f"{name} has sha256 {actual}, the statement says {expected}"
    for name in sorted(files.keys() - promised.keys() - {STATEMENT}):
        yield "file_extra", name, f"{name} is in the pack but not in the statement"
    sizes = {name: len(content) for name, content in files.items() if name in promised}
    if len(promised) != len(signed.subject) or signed.predicate.sizes.keys() != promised.keys():
        yield "statement", STATEMENT, "the statement lists its files twice or not alike"
    for name, size in sizes.items():
        if signed.predicate.sizes.get(name) not in (None, size):
            told = signed.predicate.sizes[name]
            yield "file_changed", name, f"{name} has {size} bytes, the statement says {told}"


def _record(report: Report, files: Mapping[str, bytes]) -> None:
    if RECORD in files:
        try:
            report.record = read_record(files[RECORD], RECORD)
        except ValueError as error:
            report.find("record", RECORD, str(error))


def _checkpoint(report: Report, files: Mapping[str, bytes], keys: list[VerifyKey]) -> None:
    if CHECKPOINT not in files:
        return
    try:
        report.checkpoint, signatures = note.read(files[CHECKPOINT])
    except ValueError as error:
        report.find("checkpoint", CHECKPOINT, str(error))
        return
    try:
        note.signed_by(report.checkpoint, signatures, keys)
    except ValueError as error:
        report.find("signature", CHECKPOINT, str(error))
    if report.record and report.checkpoint.origin != (origin := note.origin(report.record.tenant)):
        sentence = f"the checkpoint is of {report.checkpoint.origin}, the record belongs to {origin}"
        report.find("checkpoint", CHECKPOINT, sentence)


def _proof(report: Report, files: Mapping[str, bytes]) -> None:
    if PROOF not in files:
        return
    try:
        proof = msgspec.convert(canonical.decode(files[PROOF], PROOF), Proof)
        hashes = [bytes.fromhex(text) for text in proof.hashes]
        if any(len(raw) != 32 or raw.hex() != text for raw, text in zip(hashes, proof.hashes, strict=True)):
            raise ValueError("its hashes are not 32 bytes in lower-case hex")
    except (ValueError, msgspec.ValidationError) as error:
        report.find("proof", PROOF, f"{PROOF} cannot be read: {error}")
        return
    report.proof = proof
    if RECORD not in files or not report.checkpoint:
        return
    leaf, checkpoint = leaf_hash(files[RECORD]), report.checkpoint
    if proof.leaf_hash != leaf.hex():
        report.find(
            "proof", RECORD, f"{RECORD} has the leaf hash {leaf.hex()}, the proof is of {proof.leaf_hash}"
        )
    if (proof.tree_size, proof.root) != (checkpoint.size, checkpoint.root.hex()):
        sentence = f"the proof is for {proof.tree_size} leaves with root {proof.root}"
        told = f"the checkpoint has {checkpoint.size} leaves with root {checkpoint.root.hex()}"
        report.find("proof", PROOF, f"{sentence}, {told}")
    try:
        root = root_from_inclusion(leaf, proof.leaf_index, proof.tree_size, hashes)
    except ValueError as error:
        report.find("proof", PROOF, str(error))
        return
    if root != checkpoint.root:
        sentence = f"{RECORD} is not in the tree: its proof leads to root {root.hex()}"
        report.find("not_included", PROOF, f"{sentence}, the checkpoint says {checkpoint.root.hex()}")


def _decision(report: Report, files: Mapping[str, bytes]) -> None:
    if not report.record:
        return
    link = report.record.decision
    if DECISION not in files:
        if link:
            report.find(
                "file_missing", DECISION, f"{DECISION} is missing; the record was made under {link.id}"
            )
        return
    if link is None:
        report.find("decision", DECISION, f"the record was made under no decision, yet there is {DECISION}")
        return
    actual = sha256(files[DECISION]).hexdigest()
    if actual != link.sha256:
        sentence = f"{DECISION} has sha256 {actual}, the record was made under {link.sha256}"
        report.find("decision", DECISION, sentence)
    try:
        decision = canonical.decode(files[DECISION], DECISION)
    except ValueError as error:
        report.find("decision", DECISION, str(error))
        return
    allowed = decision.get("allowed") if isinstance(decision, dict) else None
    if allowed is not (report.record.outcome != "denied"):
        told = str(allowed).lower()
        sentence = f"the decision says allowed = {told}, the record says {report.record.outcome}"
        report.find("decision", DECISION, sentence)


def _elevation(report: Report, files: Mapping[str, bytes]) -> None:
    """What was done must be what was approved: the plan's hash is that of the plan beside it."""
    if ELEVATION not in files:
        return
    try:
        elevation = canonical.decode(files[ELEVATION], ELEVATION)
    except ValueError as error:
        report.find("elevation", ELEVATION, str(error))
        return
    approved = elevation.get("plan") if isinstance(elevation, dict) else None
    if approved and PLAN in files and (actual := sha256(files[PLAN]).hexdigest()) != approved:
        sentence = f"{PLAN} has sha256 {actual}, the elevation was approved for the plan {approved}"
        report.find("elevation", PLAN, sentence)


def _agreement(report: Report) -> None:
    """The statement must speak of the record and the checkpoint that lie beside it."""
    signed, entry, checkpoint = report.statement, report.record, report.checkpoint
    if not (signed and entry and checkpoint):
        return
    place = signed.predicate.place
    told = (signed.predicate.tenant, signed.predicate.action, place.record, place.leaf_hash, place.origin)
    found = (entry.tenant, entry.action, entry.id, entry.hash.hex(), checkpoint.origin)
    for name, says, is_ in zip(("tenant", "action", "id", "leaf hash", "origin"), told, found, strict=True):
        if says != is_:
            report.find(
                "statement", STATEMENT, f"the statement gives the record's {name} as {says}, it is {is_}"
            )
    if place.tree_size != checkpoint.size:
        sentence = f"the statement speaks of {place.tree_size} leaves, the checkpoint of {checkpoint.size}"
        report.find("statement", STATEMENT, sentence)
    if report.proof and place.leaf_index != report.proof.leaf_index:
        sentence = f"the statement speaks of leaf {place.leaf_index}, the proof of {report.proof.leaf_index}"
        report.find("statement", STATEMENT, sentence)
