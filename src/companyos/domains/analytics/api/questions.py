"""Asking over HTTP."""

from fastapi import APIRouter, Response

from companyos.kernel.http import WorkDep, say_once

from ..rules.cells import cells, kind
from ..service.asking import Question, ask, masked, quote
from ..service.catalogue import list_askable
from ..service.cheaper import cheaper
from ..service.questions import Planned
from ..wire.questions import (
    AnswerColumnOut,
    AnswerOut,
    AskableTablesOut,
    BudgetOut,
    CheaperOut,
    MaskedOut,
    QuestionIn,
    QuotedColumnOut,
    QuotedTableOut,
    QuoteOut,
)

router = APIRouter(prefix="/analytics", tags=["analytics"])


@router.get("/tables")
async def list_askable_tables(work: WorkDep) -> AskableTablesOut:
    """The tables that questions may name, with their labels, and what of them you see."""
    return AskableTablesOut.model_validate(await list_askable(work))


@router.post("/quotes")
async def quote_question(work: WorkDep, body: QuestionIn) -> QuoteOut:
    """What a question would read, before it is asked; nothing is read and nothing is charged."""
    quoted = await quote(work, _question(body))
    planned = quoted.planned
    return QuoteOut(
        bytes=planned.quote,
        tables=_tables(planned),
        masked=_masked(planned),
        cheaper=[CheaperOut.model_validate(one) for one in await cheaper(work, quoted)],
        fits=planned.quote <= quoted.budget.left,
        budget=BudgetOut.model_validate(quoted.budget),
        purpose=body.purpose,
        environment=work.environment,
        since=quoted.since,
        until=quoted.until,
    )


@router.post("/questions")
async def ask_question(work: WorkDep, body: QuestionIn, response: Response) -> AnswerOut:
    """Ask in SQL. It is charged to today's budget and recorded; refusals say everything that is wrong with it.

    No copy of the answer is kept, so a repeat with the same Idempotency-Key gets 409.
    """
    say_once(response)  # rows of people are kept nowhere but where erasure finds them
    found = await ask(work, _question(body))
    return AnswerOut(
        columns=[
            AnswerColumnOut(name=field.name, type=str(field.type), kind=kind(field.type))
            for field in found.rows.schema
        ],
        rows=cells(found.rows),
        truncated=found.more,
        bytes_quoted=found.quoted.planned.quote,
        bytes_spent=found.spent,
        ms=round(found.seconds * 1000, 1),
        masked=_masked(found.quoted.planned),
        budget=BudgetOut.model_validate(found.budget),
        since=found.quoted.since,
        until=found.quoted.until,
    )


def _question(body: QuestionIn) -> Question:
    return Question(body.sql, body.purpose, body.since, body.until)


def _masked(planned: Planned) -> list[MaskedOut]:
    return [MaskedOut(column=name, why=why) for name, why in sorted(masked(planned).items())]


def _tables(planned: Planned) -> list[QuotedTableOut]:
    found = []
    for relation in planned.guarded.relations:
        read = planned.reads[relation.source]
        sizes = sorted(((read.size((name,)), name) for name in relation.reads), reverse=True)
        found.append(
            QuotedTableOut(
                name=relation.table.name,
                bytes=read.quote(relation.reads),
                files=len(read.files),
                rows=sum(file.rows for file in read.files) + read.fresh.num_rows,
                columns=[QuotedColumnOut(name=name, bytes=count) for count, name in sizes],
            )
        )
    return found
