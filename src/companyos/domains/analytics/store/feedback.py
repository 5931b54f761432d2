"""Where producers are told of their refused events, at rest."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from companyos.kernel.problems import NotFound
from companyos.kernel.work import Work

from ..rules.feedback import Feedback
from ..tables.repairs import feedback

READ = "analytics:feedback.read"
NAMES = tuple(Feedback.__dataclass_fields__)


class Feedbacks:
    """The feedback of the Work's tenant, in its environment."""

    def __init__(self, work: Work):
        self.work = work
        self.here = (feedback.c.tenant_id == work.tenant) & (feedback.c.environment == work.environment)

    async def all(self) -> list[Feedback]:
        """All that the actor may see, by producer."""
        query = (
            sa.select(feedback).where(self.here, await self.work.visible(READ)).order_by(feedback.c.producer)
        )
        return [_feedback(row) for row in (await self.work.db.execute(query)).mappings()]

    async def get(self, producer: str, *, lock: bool = False) -> Feedback:
        """That of one producer. Raises NotFound."""
        query = sa.select(feedback).where(self.here, feedback.c.producer == producer)
        row = (await self.work.db.execute(query.with_for_update() if lock else query)).mappings().first()
        if row is None:
            raise NotFound()
        return _feedback(row)

    async def put(self, one: Feedback) -> None:
        """Keep it, in place of what was kept for that producer."""
        values = {name: getattr(one, name) for name in NAMES}
        new = insert(feedback).values(tenant_id=self.work.tenant, **values)
        await self.work.db.execute(
            new.on_conflict_do_update(
                index_elements=[feedback.c.tenant_id, feedback.c.environment, feedback.c.producer],
                set_=values,
            )
        )

    async def remove(self, one: Feedback) -> None:
        """Tell this producer nothing more."""
        await self.work.db.execute(sa.delete(feedback).where(self.here, feedback.c.producer == one.producer))


def _feedback(row: sa.RowMapping) -> Feedback:
    return Feedback(**{name: row[name] for name in NAMES})
