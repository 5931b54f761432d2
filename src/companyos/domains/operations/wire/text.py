"""Texts as they come in: bounded, and without characters that PostgreSQL cannot keep."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, Field, HttpUrl, TypeAdapter

from companyos.kernel.http import Instant

from ..rules.names import NAME, NAME_HELP

PLAIN = r"^[^\x00-\x1f]*$"
"""One line: no control characters."""

_URL = TypeAdapter(HttpUrl)


def _name(text: str) -> str:
    if not NAME.fullmatch(text):
        raise ValueError(NAME_HELP)
    return text


def _url(text: str) -> str:
    _URL.validate_python(text)
    return text


EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def _when(at: datetime) -> datetime:
    if not EARLIEST <= at <= LATEST:
        raise ValueError("Times are from 2000 to 2100.")
    return at


When = Annotated[Instant, AfterValidator(_when)]
"""A time with its zone, in years that can be meant."""

Name = Annotated[
    str,
    AfterValidator(_name),
    Field(max_length=63, description="Name of a service. " + NAME_HELP, examples=["payments-api"]),
]
Url = Annotated[str, AfterValidator(_url), Field(max_length=2000, description="A web address.")]
Text = Annotated[str, Field(max_length=200, pattern=PLAIN)]
LongText = Annotated[str, Field(max_length=4000, pattern=r"^[^\x00]*$")]
