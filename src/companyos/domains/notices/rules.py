"""Pure decisions of notices."""

import re
from uuid import NAMESPACE_URL, UUID, uuid5

NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
NAME_HELP = "Lower-case letters, digits and dashes, at most 63, with a letter or digit at both ends."
OWNER = "owner:"
ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+\.[^\s@<>,;:\"()\[\]\\]+")


def notice_id(tenant: UUID, key: str) -> UUID:
    """The id of the notice that a key stands for: the same key is the same notice, in its tenant only."""
    return uuid5(NAMESPACE_URL, f"companyos:notice:{tenant}:{key}")


def owned_service(to: str) -> str | None:
    """The service whose owner is meant by `owner:checkout`; None when `to` names a channel."""
    return to.removeprefix(OWNER) if to.startswith(OWNER) else None


def one_line(text: str, most: int) -> str:
    """A text as one line: whatever breaks it becomes a space."""
    return re.sub(r"[\x00-\x1f\x7f\u2028\u2029]+", " ", text).strip()[:most]
