"""Labels: how confidential a piece of data is, whether it leads to a person, and what it may be used for.

They stand in a schema under the keyword `x-companyos`, on a property and on the root. A property without a label
has that of what it stands in.
"""

from dataclasses import dataclass
from typing import Literal, get_args

Classification = Literal["public", "internal", "confidential", "restricted"]
Pii = Literal["", "none", "direct", "indirect"]

CLASSIFICATIONS: tuple[Classification, ...] = get_args(Classification)
"""From what everybody may know to what few may; a later one is stricter."""

KEYWORD = "x-companyos"
LABEL_KEYS = ("classification", "pii", "purposes")
ROOT_KEYS = (*LABEL_KEYS, "name", "version", "consent", "feature")


@dataclass(frozen=True, slots=True)
class Label:
    """What must be known of a piece of data before it is kept or shown.

    `pii`: "direct" names a person by itself (an e-mail address), "indirect" does so together with other data (a
    postcode), "none" says that somebody looked and it does neither, "" that nobody said anything: then what looks
    like a person's data is refused there. `purposes` is what it may be used for; empty means whatever the event
    may be used for.
    """

    classification: Classification = "internal"
    pii: Pii = ""
    purposes: tuple[str, ...] = ()

    @property
    def searched(self) -> bool:
        """Whether values are searched for personal data, because nobody said that there is any, or none."""
        return self.pii == ""


UNLABELLED = Label()


def rank(label: Label) -> int:
    """How strict a classification is, 0 for public."""
    return CLASSIFICATIONS.index(label.classification)


def loosened(old: Label, new: Label) -> list[str]:
    """In which ways data that was kept under `old` would be less guarded under `new`, each as a sentence."""
    said = []
    if rank(new) < rank(old):
        said.append(f"The classification falls from {old.classification} to {new.classification}.")
    if old.pii in ("direct", "indirect") and new.pii != old.pii and new.pii != "direct":
        said.append(f"It is no longer labelled as {old.pii} personal data.")
    if old.purposes and (not new.purposes or set(new.purposes) - set(old.purposes)):
        more = ", ".join(sorted(set(new.purposes) - set(old.purposes))) or "anything"
        said.append(f"It may be used for more than before: {more}.")
    return said
