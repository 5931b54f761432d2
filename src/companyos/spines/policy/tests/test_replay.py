"""Decisions can be made again from what they were made from."""

import json

import pytest

from companyos.kernel.entities import EntityRef
from companyos.spines.policy.answer import replay
from companyos.spines.policy.loading import build
from companyos.spines.policy.source import split

from .world import GLOBEX, book, decide, person, policies

ASKED = [
    (person("sre", mfa=1), "shop:book.burn", book()),
    (person("sre"), "shop:book.burn", book(sealed=True)),
    (person("support"), "shop:book.read", book(owner=EntityRef("identity.person", "bob"))),
    (person("support", mfa=400), "shop:book.burn", book(tenant=EntityRef("identity.tenant", str(GLOBEX)))),
    (person(), "shop:book.eat", book()),
    (person("sre"), "shop:book.burn", book(pages="many")),
]


@pytest.mark.parametrize("asked", ASKED)
async def test_a_kept_decision_replays_to_the_same_answer(asked):
    decision = await decide(*asked)
    kept = json.loads(json.dumps(decision.inputs))
    assert replay(kept, policies()) == decision
    assert kept["version"] == policies().version


async def test_a_kept_decision_shows_what_other_policies_would_have_said():
    decision = await decide(person("support"), "shop:book.read")
    texts = [p.source.replace('Role::"reader"', 'Role::"operator"') for p in policies().policies.values()]
    statements = [
        s
        for text, p in zip(texts, policies().policies.values(), strict=True)
        for s in split(text, p.domain, p.file)
    ]
    proposed = build(statements, policies().schema, policies().parts)
    flipped = replay(decision.inputs, proposed)
    assert decision.allowed
    assert not flipped.allowed
    assert flipped.version == proposed.version != decision.version
