"""Finding personal data in texts: e-mail addresses, telephone numbers, account and card numbers.

Small on purpose, and honest about it: it knows what can be told from the characters alone. Telephone numbers are
seen when they are written internationally (+49 …), account numbers when their check digits are right (ISO 13616),
card numbers when prefix, length and check digit are (ISO/IEC 7812). Names, addresses and numbers of other kinds are
not seen: label the properties that hold them.
"""

import re
from typing import Literal

import phonenumbers
import re2
from stdnum import iban, luhn

Kind = Literal["email", "phone", "iban", "card"]

WORDS: dict[Kind, str] = {
    "email": "an e-mail address",
    "phone": "a telephone number",
    "iban": "an account number (IBAN)",
    "card": "a card number",
}

EMAIL = re2.compile(r"[A-Za-z0-9._%+'-]+(?:@|%40)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
IBAN = re2.compile(r"\b([A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,30})\b")
CARD = re2.compile(r"(?:^|[^0-9A-Za-z-])([0-9](?:[ -]?[0-9]){12,18})(?:$|[^0-9A-Za-z-])")
ISSUERS = re.compile(
    r"4\d{12}(?:\d{3})?(?:\d{3})?|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"
    r"|3[47]\d{13}|6(?:011|5\d\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|3(?:0[0-5]|[68]\d)\d{11}"
)
"""Prefixes and lengths of the card networks (ISO/IEC 7812): a number that merely passes the check digit is none."""

SHORTEST = 6

_SUSPECT = re2.compile(r"@|%40|\\u|\+[ (]*[1-9]|[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11}|[0-9](?:[ -]?[0-9]){12}")
_SHAPE = bytes(
    57 if 48 <= c <= 57 else 65 if 65 <= c <= 90 else 64 if c in b"@+%\\" else 46 for c in range(256)
)
"""Digits become 9, capital letters A, what a closer look is worth @, and everything else a dot."""
_LEFT_OUT = b" -abcdefghijklmnopqrstuvwxyz"
"""What may stand between digits, and what is most of a text: what is sought does not hold it, and gets closer."""


def suspicious(data: bytes) -> bool:
    """Whether there could be any in a text or a JSON document (UTF-8). False is certain, True says look closer."""
    shape = data.translate(_SHAPE, _LEFT_OUT)
    if b"@" in shape or b"AA99" in shape or b"9999999999999" in shape:
        return _SUSPECT.search(data) is not None
    return False


def pii_in(value: str) -> Kind | None:
    """Which kind of personal data a text holds; None when none is seen."""
    if len(value) < SHORTEST or not suspicious(value.encode(errors="replace")):
        return None
    if ("@" in value or "%40" in value) and EMAIL.search(value):
        return "email"
    if any(_iban(found.group(1)) for found in IBAN.finditer(value)):
        return "iban"
    if any(_card(found.group(1)) for found in CARD.finditer(value)):
        return "card"
    if "+" in value and phonenumbers.PhoneNumberMatcher(value, None).has_next():
        return "phone"
    return None


def _iban(text: str) -> bool:
    """Whether a text is an account number; words may follow it, so that shorter beginnings are tried too."""
    parts = text.split(" ")
    return any(iban.is_valid("".join(parts[:count])) for count in range(len(parts), 0, -1))


def _card(text: str) -> bool:
    digits = text.replace(" ", "").replace("-", "")
    return ISSUERS.fullmatch(digits) is not None and luhn.is_valid(digits)
