"""What is wrong with a value, or with a schema: where, what, and what to do."""

from dataclasses import dataclass
from difflib import get_close_matches

from companyos.kernel.decision import Reason, Remedy


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. `pointer` is a JSON pointer (RFC 6901), `code` stable and for machines."""

    pointer: str
    code: str
    sentence: str
    fix: str = ""

    @property
    def reason(self) -> Reason:
        """The same in the one shape of every why."""
        return Reason(
            self.code, self.sentence, self.pointer, Remedy("fix_input", self.fix) if self.fix else None
        )


def step(pointer: str, key: str | int) -> str:
    """The pointer to what stands under `key` there."""
    return f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"


def nearest(name: str, known: list[str]) -> str:
    """The known name that was probably meant, or ""."""
    return next(iter(get_close_matches(name, known, 1, 0.7)), "")
