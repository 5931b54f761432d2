"""How a refusal of SQL is said: a Reason that points at `line:column` and says what to do."""

from collections.abc import Iterable

from companyos.kernel.decision import Reason, Remedy


class Refused(Exception):
    """The question may not be run as written; `reasons` says everything that is wrong with it."""

    def __init__(self, reasons: Iterable[Reason]):
        self.reasons = tuple(reasons)
        super().__init__("; ".join(reason.sentence for reason in self.reasons))


def no(code: str, sentence: str, fix: str, where: str = "1:1") -> Reason:
    """One thing that is wrong, where, and what to write instead."""
    return Reason(code, sentence, where, Remedy("fix_input", fix))
