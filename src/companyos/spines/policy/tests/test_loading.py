"""A policy set that cannot be trusted is refused, at the line, in Cedar's words, with a suggestion."""

from dataclasses import replace
from pathlib import Path

import pytest

from companyos.kernel.domain import Action, Domain
from companyos.spines.policy.loading import load
from companyos.spines.policy.source import PolicyRefused

from .world import SHOP, policies

TYPES = (SHOP.folder / "policies/shop.cedarschema").read_text()
POLICY = policies().parts[0]
RULES = (SHOP.folder / "policies/shop.cedar").read_text()


def shop(folder: Path, *, schema: str = TYPES, rules: str = RULES, more: str = "", **manifest) -> Domain:
    """The test domain with one file changed."""
    (folder / "policies").mkdir()
    (folder / "policies/shop.cedarschema").write_text(schema)
    (folder / "policies/shop.cedar").write_text(rules + more)
    return replace(SHOP, folder=folder, **manifest)


def refused(part: Domain) -> list[tuple[str, str, str]]:
    with pytest.raises(PolicyRefused) as caught:
        load([POLICY, part])
    return [(r.where, r.sentence, r.remedy.sentence) for r in caught.value.reasons]


END = RULES.count("\n")

POLICIES = {
    "syntax": (
        '\n@id("shop.x") @reason("X.")\npermit (principal, action resource);',
        3,
        "Cedar says: unexpected token `resource`.",
        "Look for a missing or extra sign just before it.",
    ),
    "attribute": (
        '\n@id("shop.x") @reason("X.")\npermit (principal, action == CompanyOS::Action::"shop:book.burn", resource)\n'
        "when { resource has owner &&\n  resource.ownr == principal };",
        5,
        "attribute `ownr` on entity type `CompanyOS::Book` not found",
        "Did you mean 'owner'?",
    ),
    "action": (
        '\n@id("shop.x") @reason("X.")\npermit (principal, action == CompanyOS::Action::"shop:book.raed", resource);',
        3,
        "unrecognized action",
        "Did you mean 'shop:book.read'?",
    ),
    "role": (
        '\n@id("shop.x") @reason("X.")\npermit (principal in CompanyOS::Role::"oprator", action, resource);',
        3,
        "There is no role 'oprator'.",
        "Did you mean 'operator'?",
    ),
    "id missing": (
        '\n@reason("X.")\npermit (principal, action, resource);',
        2,
        "does not name its domain",
        'Write @id("shop.words-with-dashes").',
    ),
    "id of another domain": (
        '\n@id("core.x") @reason("X.")\npermit (principal, action, resource);',
        2,
        "'core.x' does not name its domain",
        'Write @id("shop.words-with-dashes").',
    ),
    "id taken": (
        '\n@id("shop.read") @reason("X.")\npermit (principal, action, resource);',
        2,
        "The id shop.read is taken.",
        "the first stands at shop/policies/shop.cedar:1.",
    ),
    "reason missing": (
        '\n@id("shop.x")\npermit (principal, action, resource);',
        2,
        "The policy gives no reason.",
        "@reason",
    ),
    "remedy unknown": (
        '\n@id("shop.x") @reason("X.")\n@remedy("pray")\nforbid (principal, action, resource);',
        3,
        "The remedy 'pray' cannot stand here.",
        "step_up",
    ),
    "no end": (
        '\n@id("shop.x") @reason("X.")\npermit (principal, action, resource)',
        2,
        "The statement does not end.",
        "semicolon",
    ),
    "template": (
        '\n@id("shop.x") @reason("X.")\npermit (principal == ?principal, action, resource);',
        3,
        "Templates are not used here.",
        "?principal",
    ),
    "type": (
        '\n@id("shop.x") @reason("X.")\npermit (principal, action == CompanyOS::Action::"shop:book.burn", resource)\n'
        'when { resource.pages > "many" };',
        2,
        "unexpected type",
        "Compare it with the schema of its domain.",
    ),
}


@pytest.mark.parametrize("fault", POLICIES)
def test_a_faulty_policy_is_refused_at_its_line(tmp_path, fault):
    more, line, message, fix = POLICIES[fault]
    found = refused(shop(tmp_path, more=more))
    where, sentence, remedy = found[0]
    assert where == f"shop/policies/shop.cedar:{END + line}"
    assert message in sentence
    assert fix in remedy


SCHEMAS = {
    "unknown type": (
        ("owner?: Person", "owner?: Persn"),
        3,
        "failed to resolve type: Persn",
        "Did you mean 'Person'?",
    ),
    "syntax": (("entity Shelf {", "entity Shelf ="), 2, "unexpected token `tenant`", "missing or extra sign"),
    "declared twice": (
        ("entity Shelf", "entity Role"),
        2,
        "`Role` is declared twice",
        "Each name stands once",
    ),
    "unknown group": (("in [Risky]", "in [Riskier]"), 9, "Riskier", "Did you mean 'Risky'?"),
}


@pytest.mark.parametrize("fault", SCHEMAS)
def test_a_faulty_schema_is_refused_at_its_line(tmp_path, fault):
    (old, new), line, message, fix = SCHEMAS[fault]
    where, sentence, remedy = refused(shop(tmp_path, schema=TYPES.replace(old, new)))[0]
    assert where == f"shop/policies/shop.cedarschema:{line}"
    assert message in sentence
    assert fix in remedy


def test_every_problem_is_told_at_once(tmp_path):
    more = POLICIES["action"][0] + POLICIES["attribute"][0].replace("shop.x", "shop.y")
    assert len({where for where, _, _ in refused(shop(tmp_path, more=more))}) == 2


def test_an_action_of_the_manifest_must_be_in_the_schema(tmp_path):
    more = (*SHOP.actions, Action("shop:book.brun", "Burn"))
    ((where, sentence, remedy),) = refused(shop(tmp_path, actions=more))
    assert (where, sentence) == ("shop manifest", "The schema has no action shop:book.brun.")
    assert remedy == "Did you mean 'shop:book.burn'?"


def test_an_action_of_the_schema_must_be_in_the_manifest(tmp_path):
    found = refused(shop(tmp_path, actions=SHOP.actions[1:]))
    assert ("shop/policies/shop.cedarschema:5", "No manifest has the action shop:book.read.") in [
        (where, sentence) for where, sentence, _ in found
    ]


def test_an_action_without_a_policy_is_refused(tmp_path):
    schema = (
        TYPES
        + 'action "shop:book.eat" appliesTo { principal: [Person], resource: [Book], context: Context };'
    )
    part = shop(tmp_path, schema=schema, actions=(*SHOP.actions, Action("shop:book.eat", "Eat")))
    assert refused(part)[0][1] == "No policy lets anyone do shop:book.eat."


def test_high_risk_in_the_manifest_and_risky_in_the_schema_are_one(tmp_path):
    tame = tuple(replace(action, risk="low") for action in SHOP.actions)
    assert "gives shop:book.burn the risk low" in refused(shop(tmp_path, actions=tame))[0][1]


def test_an_action_is_named_after_its_domain(tmp_path):
    with pytest.raises(PolicyRefused, match="not named after its domain"):
        load([shop(tmp_path, name="store")])


def test_an_entity_type_that_can_be_loaded_is_declared(tmp_path):
    async def load_pen(work, ref):
        raise NotImplementedError

    found = refused(shop(tmp_path, entities={"shop.pen": load_pen}))
    assert found[0][1] == "No schema declares the entity type Pen for shop.pen."


def test_the_version_follows_meaning_not_layout(tmp_path):
    relaid = RULES.replace("@id", "// a remark; with a semicolon\n@id").replace("(\n", "( ")
    assert load([POLICY, shop(tmp_path, rules=relaid)]).version == policies().version
    (tmp_path / "other").mkdir()
    changed = shop(tmp_path / "other", rules=RULES.replace("reader", "auditor"))
    assert load([POLICY, changed]).version != policies().version
