"""What the API shows of policy and answers about oneself."""

from companyos.testing.world import World

READ = "policy:policy.read"


async def test_the_policies_in_force_are_listed_page_by_page_and_read_one_by_one(world: World):
    support = await world.person("support")
    seen, cursor = [], None
    while True:
        answer = await support.get("/policies", params={"limit": 3, **({"cursor": cursor} if cursor else {})})
        assert answer.status_code == 200, answer.text
        seen += answer.json()["items"]
        cursor = answer.json()["next"]
        if cursor is None:
            break
    ids = [policy["id"] for policy in seen]
    assert ids == sorted(set(ids))
    wall = next(policy for policy in seen if policy["id"] == "core.tenant-wall")
    assert (wall["effect"], wall["action"], wall["domain"]) == ("forbid", "every action", "policy")
    assert wall["file"] == "policy/policies/core.cedar"
    assert (await support.get("/policies/core.tenant-wall")).json() == wall
    assert (await support.get("/policies/no.such-policy")).status_code == 404


async def test_the_version_is_the_one_that_decisions_are_made_with(world: World):
    sre = await world.person("sre")
    version = (await sre.get("/policies/version")).json()
    decided = (await sre.post("/decisions", {"checks": [{"action": READ}]})).json()["items"][0]
    assert decided["version"] == version["version"]
    assert version["roles"]["sre"] == "SRE"


async def test_somebody_without_a_role_does_not_see_the_policies(world: World):
    nobody = await world.person()
    answer = await nobody.get("/policies")
    assert answer.status_code == 403
    assert answer.json()["reasons"][0]["remedy"]["kind"] == "request_access"


async def test_decisions_come_in_the_order_of_the_checks_with_words_and_remedies(world: World):
    support = await world.person("support")
    checks = [{"action": READ}, {"action": "no:such.action"}, {"action": READ}]
    items = (await support.post("/decisions", {"checks": checks})).json()["items"]
    assert [item["allowed"] for item in items] == [True, False, True]
    assert items[2]["policies"] == ["policy.read-policies"]
    assert items[1]["reasons"][0]["code"] == "unknown_action"
    nobody = await world.person()
    (refused,) = (await nobody.post("/decisions", {"checks": [{"action": "policy:policy.read"}]})).json()[
        "items"
    ]
    assert refused["changes"][0]["kind"] == "grant"
    assert set(refused) == {"allowed", "reasons", "policies", "changes", "version"}


async def test_too_many_checks_and_wrong_ones_are_told_with_their_place(world: World):
    sre = await world.person("sre")
    many = await sre.post("/decisions", {"checks": [{"action": READ}] * 101})
    assert many.status_code == 422
    assert many.json()["reasons"][0]["where"] == "/checks"
    assert "100" in many.json()["reasons"][0]["remedy"]["sentence"]
    strange = await sre.post(
        "/decisions", {"checks": [{"action": READ}, {"action": READ, "type": "x.y", "id": "1"}]}
    )
    assert strange.json()["reasons"][0]["where"] == "/checks/1/type"
    nameless = await sre.post("/decisions", {"checks": [{"action": READ, "type": "x.y"}]})
    assert nameless.json()["reasons"][0]["where"] == "/checks/0/id"
    assert (await sre.post("/decisions", {"checks": []})).status_code == 422
    torn = await sre.post(
        "/decisions", {"checks": [{"action": READ, "type": "identity.person", "id": "a\0b"}]}
    )
    assert torn.json()["reasons"][0]["where"] == "/checks/0/id"


async def test_a_question_must_be_about_what_its_action_is_about(world: World):
    sre = await world.person("sre")
    cases = [
        ({"action": "identity:person.lock"}, "one identity.person, and none is named", "id of one"),
        ({"action": READ, "type": "identity.person", "id": "1"}, "the whole tenant, not about", "Leave type"),
        (
            {"action": "identity:person.lock", "type": "policy.proposal", "id": "1"},
            "one identity.person, not about policy.proposal",
            "type identity.person",
        ),
        ({"action": "graph:entity.read"}, "which no question can name", "another action"),
    ]
    for check, sentence, fix in cases:
        together = await sre.post("/decisions", {"checks": [{"action": READ}, check]})
        alone = await sre.post("/decisions/why", check)
        for answer, where in ((together, "/checks/1/type"), (alone, "/type")):
            assert answer.status_code == 422, answer.text
            (reason,) = answer.json()["reasons"]
            assert reason["where"] == where
            assert sentence in reason["sentence"]
            assert fix in reason["remedy"]["sentence"]


async def test_nobody_asks_without_signing_in(world: World):
    answer = await world.http.post("/api/v1/decisions", json={"checks": [{"action": READ}]})
    assert answer.status_code == 401
