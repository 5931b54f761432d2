"""Non-interference, tried at random in the real engine; and that a guard with a hole would be caught."""

from dataclasses import replace

import pytest

from companyos.adapters.engine.confined import ConfinedDuckDB
from companyos.domains.analytics.service import isolation
from companyos.domains.analytics.service.isolation import prove_isolation
from companyos.kernel.ports.engine import Bounds

from .sql import ANALYST, EVENTS, events

READER = replace(ANALYST, purpose="billing")


@pytest.fixture(scope="module")
async def engine():
    made = ConfinedDuckDB(ready=2)
    yield made
    await made.close()


async def test_other_tenants_rows_change_no_answer(engine):
    proof = await prove_isolation(
        engine, [(EVENTS, events(5, 120))], READER, questions=25, seed=1, bounds=Bounds(wall=30)
    )

    assert proof.holds, proof.differences
    assert proof.answered + proof.failed == 25
    assert proof.answered > 12


async def test_a_guard_that_forgets_the_tenant_is_caught(engine, monkeypatch):
    def forgetful(guarded, sources):
        question = asked(guarded, sources)
        return replace(question, sql=question.sql.replace(f"\"tenant_id\" = '{READER.tenant}'", "TRUE"))

    asked = isolation.asked
    monkeypatch.setattr(isolation, "asked", forgetful)

    proof = await prove_isolation(
        engine, [(EVENTS, events(5, 120))], READER, questions=6, seed=1, bounds=Bounds(wall=30)
    )

    assert not proof.holds
