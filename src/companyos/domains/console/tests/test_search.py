"""What search promises: intents, exact totals, pages, and nothing of what may not be seen."""

from typing import Any

import pytest

from companyos.testing.world import Client, World


async def found(person: Client, q: str, **more: Any) -> dict[str, Any]:
    answer = await person.get("/search", params={"q": q, **more})
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


async def services(world: World, person: Client, *names: str) -> None:
    for name in names:
        made = await person.post("/services", {"name": name, "title": name.replace("-", " ").title()})
        assert made.status_code == 201, made.text
    await world.deliver()


async def test_words_and_intents_find_what_they_name(world: World) -> None:
    sre = await world.person("sre")
    await services(world, sre, "payments-api", "checkout", "api-gateway")
    await sre.post("/deployments", {"service": "checkout", "version": "7.1.0"})
    await sre.post("/incidents", {"title": "Checkout is slow", "severity": "sev2"})
    await world.deliver()
    assert [h["id"] for h in (await found(sre, ":svc api"))["items"]] == ["api-gateway", "payments-api"]
    assert {h["type"] for h in (await found(sre, "checkout"))["items"]} == {
        "operations.service", "operations.deployment", "operations.incident",
    }  # fmt: skip
    incidents = await found(sre, ":inc slow checkout")
    assert [h["title"] for h in incidents["items"]] == ["Checkout is slow"] and incidents["total"] == 1
    assert [h["title"] for h in (await found(sre, ":deploy 7.1"))["items"]] == ["checkout 7.1.0"]
    assert (await found(sre, "nothing-like-it")) == {"items": [], "total": 0, "next": None}


async def test_a_single_letter_is_found_where_words_start_and_counted_exactly(world: World) -> None:
    sre = await world.person("sre")
    await services(world, sre, "payments-api", "checkout", "banana")
    assert [h["id"] for h in (await found(sre, "a"))["items"]] == ["payments-api"]
    assert (await found(sre, "c"))["total"] == 1 and (await found(sre, "n"))["total"] == 0
    assert (await found(sre, "payments a"))["total"] == 1 and (await found(sre, "payments x"))["total"] == 0
    assert (await found(sre, "an"))["total"] == 1


async def test_pages_follow_each_other_and_the_total_stays_exact(world: World) -> None:
    sre = await world.person("sre")
    await services(world, sre, *(f"worker-{n:02}" for n in range(7)))
    seen, cursor = [], None
    while True:
        page = await found(sre, ":svc worker", limit=3, **({"cursor": cursor} if cursor else {}))
        assert page["total"] == 7
        seen += [h["id"] for h in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [f"worker-{n:02}" for n in range(7)]


async def test_another_tenant_and_a_member_without_a_role_find_nothing(world: World) -> None:
    sre, other, nobody = (
        await world.person("sre"), await world.person("sre", tenant="other"), await world.person(),
    )  # fmt: skip
    await services(world, sre, "hidden-thing")
    assert (await found(other, "hidden"))["total"] == 0
    assert (await nobody.get("/search", params={"q": "hidden"})).status_code == 403


async def test_do_lists_what_the_person_may_do(world: World) -> None:
    sre, support = await world.person("sre"), await world.person("support")
    assert "Roll back a deployment" in [h["title"] for h in (await found(sre, ":do roll back"))["items"]]
    assert (await found(support, ":do roll back"))["items"] == []
    everything = await found(sre, ":do", limit=200)
    assert everything["total"] == len(everything["items"]) > 5


@pytest.mark.parametrize("q", ["a " * 9, "a" * 201])
async def test_a_search_that_is_too_long_says_how_long_it_may_be(world: World, q: str) -> None:
    sre = await world.person("sre")
    refused = await sre.get("/search", params={"q": q})
    assert refused.status_code == 422 and "8 words and 200 characters" in refused.json()["detail"]


@pytest.mark.parametrize("q", [":svg payments", ":", ": payments"])
async def test_an_unknown_intent_says_which_there_are(world: World, q: str) -> None:
    sre = await world.person("sre")
    refused = await sre.get("/search", params={"q": q})
    assert refused.status_code == 422
    assert ":svc" in refused.json()["reasons"][0]["remedy"]["sentence"]


@pytest.mark.parametrize(
    "q", ["%", "_", "'; drop table graph.word; --", "\x00", "ß" * 300, "a" * 300, "\ud83d"]
)
async def test_odd_words_find_nothing_or_are_refused_but_never_break(world: World, q: str) -> None:
    sre = await world.person("sre")
    answer = await sre.get("/search", params={"q": q.encode("utf-8", "surrogatepass")})
    assert answer.status_code in (200, 400, 422), answer.text
