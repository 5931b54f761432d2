"""Texts as they come in: bounded, and without characters that PostgreSQL cannot keep."""

from typing import Annotated

from pydantic import AfterValidator, Field, HttpUrl, TypeAdapter

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


Name = Annotated[
    str,
    AfterValidator(_name),
    Field(max_length=63, description="Name of a service. " + NAME_HELP, examples=["payments-api"]),
]
Url = Annotated[str, AfterValidator(_url), Field(max_length=2000, description="A web address.")]
Text = Annotated[str, Field(max_length=200, pattern=PLAIN)]
LongText = Annotated[str, Field(max_length=4000, pattern=r"^[^\x00]*$")]
