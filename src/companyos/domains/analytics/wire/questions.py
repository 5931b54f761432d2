"""HTTP shapes of questions, quotes and the tables they are about."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from companyos.kernel.http import Wire

from .text import When

SQL = "SELECT feature, count(*) AS uses FROM analytics.events GROUP BY feature ORDER BY uses DESC"


class QuestionIn(Wire):
    """A question: one SELECT in Trino's dialect over the rows of this environment."""

    sql: str = Field(min_length=1, max_length=1_000_000, description="One SELECT.", examples=[SQL])
    purpose: str = Field(
        min_length=1,
        max_length=80,
        description="What the answer is for: data is read only for what it was collected for.",
        examples=["product_improvement"],
    )
    since: When | None = Field(
        default=None, description="Rows at or after it are read; 30 days before `until` by default."
    )
    until: When | None = Field(default=None, description="Rows before it are read; now by default.")


class SpendingOut(Wire):
    """Bytes of today (UTC)."""

    limit: int = Field(examples=[20_000_000_000])
    spent: int = Field(description="Read, or being read.", examples=[1_200_000])
    left: int
    own: bool = Field(description="Somebody set this budget; otherwise it is the default.")


class BudgetOut(Wire):
    """What is left of today for the tenant and for you."""

    tenant: SpendingOut
    person: SpendingOut
    resets_at: datetime


class QuotedColumnOut(Wire):
    """A column that is read."""

    name: str
    bytes: int


class QuotedTableOut(Wire):
    """What is read of one table; `rows` are those of the files, of which fewer may be yours to see."""

    name: str = Field(examples=["analytics.events"])
    bytes: int
    files: int
    rows: int
    columns: list[QuotedColumnOut] = Field(description="Most bytes first.")


class CheaperOut(Wire):
    """How the same could be asked for fewer bytes. With `since` it is this question over a shorter time."""

    sentence: str = Field(examples=["props takes 4.1 MB of the 5.0 MB; leave it out if you do not need it."])
    bytes: int = Field(description="What it would read then.")
    since: datetime | None = None


class MaskedOut(Wire):
    """A column that is not shown in clear, and why."""

    column: str = Field(examples=["analytics.events.props"])
    why: str = Field(examples=["it is confidential, and you see up to internal"])


class QuoteOut(Wire):
    """What a question would read, at most; nothing was read for it."""

    bytes: int
    tables: list[QuotedTableOut]
    masked: list[MaskedOut]
    cheaper: list[CheaperOut]
    fits: bool = Field(description="Whether it fits into today's budget.")
    budget: BudgetOut
    purpose: str
    environment: str
    since: datetime
    until: datetime


class AnswerColumnOut(Wire):
    """A column of an answer."""

    name: str
    type: str = Field(description="Arrow's name of it.", examples=["int64"])
    kind: Literal["number", "time", "truth", "text"]


class AnswerOut(Wire):
    """An answer. Whole numbers beyond 2^53 and numbers that JSON lacks are told as text."""

    columns: list[AnswerColumnOut]
    rows: list[list[Any]] = Field(examples=[[["search", 1812], ["plan run", 240]]])
    truncated: bool = Field(description="There were more rows than an answer may have.")
    bytes_quoted: int
    bytes_spent: int = Field(description="Read, by the engine's own count.")
    ms: float = Field(description="Computing the answer, in milliseconds.")
    masked: list[MaskedOut]
    budget: BudgetOut = Field(description="What is left after it.")
    since: datetime
    until: datetime


class TableColumnOut(Wire):
    """A column that can be asked about, and whether you see it in clear."""

    name: str
    type: str = Field(examples=["varchar"])
    classification: str = Field(examples=["internal"])
    pii: str = Field(description="none, indirect or direct.", examples=["none"])
    purposes: list[str] = Field(description="What it may be used for.")
    masked: str = Field(description="Why you do not see it in clear; empty when you do.")


class AskableTableOut(Wire):
    """A table that can be asked about."""

    name: str = Field(examples=["analytics.events"])
    purposes: list[str] = Field(description="What its rows may be used for.")
    consents: dict[str, str] = Field(
        description="Purposes whose rows are read only with a person's consent, and its scope.",
        examples=[{"product_improvement": "product_analytics"}],
    )
    readable: bool = Field(description="Whether you may read it.")
    why: str = Field(description="Why you may not; empty when you may.")
    columns: list[TableColumnOut]


class AskableTablesOut(Wire):
    """Everything that can be asked about, and for what."""

    items: list[AskableTableOut]
    purposes: list[str] = Field(examples=[["operations", "product_improvement"]])
