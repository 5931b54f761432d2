"""What the verification of one ledger finds, and in which words."""

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from companyos.kernel.decision import Reason

MAX_FINDINGS = 1000
"""Findings that are listed one by one; more are only counted."""


@dataclass(slots=True)
class Audit:
    """The outcome for one ledger; `findings` is empty when all of it is as it was signed.

    `waiting` records are committed and not yet in the tree; they count among `records`.
    """

    tenant: UUID
    records: int = 0
    waiting: int = 0
    checkpoints: int = 0
    findings: list[Reason] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def ok(self) -> bool:
        return not self.counts

    def find(self, code: str, where: str, sentence: str) -> None:
        """Add a finding; `where` names the record, place, node or checkpoint."""
        self.counts[code] += 1
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(Reason(code, sentence, where))


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A record that hashes to something else than the tree holds at its place (32 bytes each)."""

    index: int
    record: UUID
    computed: bytes
    kept: bytes


def name_mismatches(audit: Audit, found: list[Mismatch], intact: bool) -> None:
    """Say of each mismatch since the last good checkpoint what it means.

    `intact` says that the records lead to the signed root, so that it is the kept hashes that were changed.
    """
    places = {mismatch.kept: mismatch.index for mismatch in found}
    for mismatch in found:
        where, index = f"record:{mismatch.record}", mismatch.index
        home = places.get(mismatch.computed)
        if intact:
            sentence = f"the hash kept at place {index} was changed; record {mismatch.record} there is intact"
            audit.find("hash_changed", f"node:0/{index}", sentence)
        elif home is not None:
            sentence = f"record {mismatch.record} stands at place {index}, but its own place is {home}"
            audit.find("record_moved", where, sentence)
        else:
            sentence = (
                f"record {mismatch.record} at place {index} was changed: it hashes to "
                f"{mismatch.computed.hex()}, the tree holds {mismatch.kept.hex()}"
            )
            audit.find("record_changed", where, sentence)
