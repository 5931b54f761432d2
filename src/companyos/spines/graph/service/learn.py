"""Takes changes into the graph."""

from collections.abc import Iterable
from datetime import datetime

from companyos.kernel.work import Work

from ..public.types import GraphChange, Relate, Retire, Unrelate, Upsert
from ..store.writing import Writing


async def learn(work: Work, changes: Iterable[GraphChange], *, at: datetime) -> None:
    """Apply changes in their order; those without a time of their own are true from `at` on."""
    writing = await Writing.begin(work)
    for change in changes:
        since = change.at or at
        match change:
            case Upsert(ref, title, attrs, aliases):
                await writing.describe(ref, since, (title, dict(attrs)))
                await writing.index(ref, (title, *aliases), str(attrs.get("environment", "")))
            case Retire(ref):
                await writing.describe(ref, since, None)
                await writing.index(ref, ())
            case Relate(source, kind, target, spreads):
                await writing.relate(source, kind, target, since, spreads)
            case Unrelate(source, kind, target):
                await writing.relate(source, kind, target, since, None)
