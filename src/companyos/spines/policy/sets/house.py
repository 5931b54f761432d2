"""The policies that shipped: each set that ever decided is kept, so that its decisions can be made again."""

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from companyos.kernel.domain import Action
from companyos.kernel.house import House
from companyos.kernel.problems import Conflict, NotFound
from companyos.kernel.work import Work

from ..loading import extend, recall
from ..policy_set import PolicySet, version_of
from ..schema import Schema
from ..source import Statement, split
from ..tables import house, version
from .text import DOMAIN, FILE


async def remember(of: House, policies: PolicySet) -> None:
    """Keep the set that this process starts to decide with."""
    content = json.dumps({
        "schema": [_statement(s) for s in policies.schema.statements],
        "policies": [[p.domain, p.file, p.line, p.source] for p in policies.policies.values()],
        "actions": [[a.name, a.title, a.risk, a.deny] for a in policies.actions.values()],
    })  # fmt: skip
    async with of.begin() as work:
        new = insert(house).values(version=policies.version, content=content, at=work.now)
        await work.db.execute(new.on_conflict_do_nothing())


async def find(work: Work, wanted: str) -> PolicySet:
    """The set that decided in the Work's tenant under a version. Raises NotFound, Conflict when it is not whole."""
    own = select(version.c.content, version.c.own_hash).where(version.c.tenant_id == work.tenant)
    added = [("", ""), *((row.content, row.own_hash) for row in await work.db.execute(own))]
    for shipped in (await work.db.execute(select(house.c.version).order_by(house.c.at.desc()))).scalars():
        for content, own_hash in added:
            if version_of(shipped, own_hash) == wanted:
                return await _built(work, shipped, content, wanted)
    raise NotFound(f"No policy set of version {wanted[:12]} has decided here.")


async def _built(work: Work, shipped: str, content: str, wanted: str) -> PolicySet:
    row = (await work.db.execute(select(house.c.content).where(house.c.version == shipped))).scalar_one()
    kept: dict[str, Any] = json.loads(row)
    schema = Schema.assemble(Statement(*each) for each in kept["schema"])
    actions = {name: Action(name, title, risk, deny) for name, title, risk, deny in kept["actions"]}
    found = recall((Statement(*each) for each in kept["policies"]), schema, actions)
    if content:
        found = extend(found, split(content, DOMAIN, FILE))
    if found.version != wanted:
        raise Conflict(
            "That policy set was made with other roles than this release knows; it cannot be rebuilt."
        )
    return found


def _statement(statement: Statement) -> list[Any]:
    return [statement.domain, statement.file, statement.line, statement.text]
