"""What the OpenAPI document says of every operation, and that lists and versions behave alike everywhere."""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest_asyncio

from companyos.kernel.house import House
from companyos.testing.world import Client, World

from .isolation.filling import Filled, fill, measured
from .isolation.routes import ENDLESS, Call, Operation, operations
from .isolation.sight import Seen, look_around

Said = Mapping[str, Any]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def document(app_client: httpx.AsyncClient) -> Any:
    """The document as it is served."""
    return (await app_client.get("/api/v1/openapi.json")).json()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def filled(house: House, app_client: httpx.AsyncClient) -> Filled:
    """A tenant with something of everything in it."""
    made = await fill(World(house, app_client), "walked")
    await measured(house)
    return made


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def seen(filled: Filled, document: Said) -> Seen:
    """Everything that there is to read in it."""
    return await look_around(filled.who, known(document))


def known(document: Said) -> list[Operation]:
    return [one for one in operations(document) if one.id not in ENDLESS]


def all_of(document: Said) -> Iterator[tuple[str, str, Said]]:
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            yield f"{method.upper()} {path}", path, said


def headers(document: Said, path: str, method: str) -> set[str]:
    """The headers that an operation takes, in lower case."""
    said = document["paths"][path][method.lower()].get("parameters", [])
    return {one["name"].lower() for one in said if one["in"] == "header"}


def exemplified(schema: Said, document: Said, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a schema shows an example somewhere: of itself, or of any of its fields."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return name not in seen and exemplified(
            document["components"]["schemas"][name], document, seen | {name}
        )
    if "examples" in schema or "example" in schema or "enum" in schema or "const" in schema:
        return True
    inner = [*schema.get("properties", {}).values(), *schema.get("anyOf", []), *schema.get("prefixItems", [])]
    inner += [schema[key] for key in ("items",) if key in schema]
    return any(exemplified(one, document, seen) for one in inner)


async def test_every_operation_is_named_described_and_grouped_once(document: Said) -> None:
    ids = [said["operationId"] for _, _, said in all_of(document)]
    assert len(ids) == len(set(ids)) > 50
    assert document["openapi"].startswith("3.1")
    for name, _, said in all_of(document):
        assert said.get("summary") and said.get("description"), name
        assert said.get("tags"), name
        assert "application/problem+json" in said["responses"]["default"]["content"], name


async def test_every_request_and_answer_shows_an_example(document: Said) -> None:
    bare = []
    for name, _, said in all_of(document):
        bodies = [("request", said["requestBody"])] if "requestBody" in said else []
        bodies += [(status, answer) for status, answer in said["responses"].items() if status != "204"]
        for what, body in bodies:
            for kind, content in body.get("content", {}).items():
                shown = content.get("example") or content.get("examples")
                if "json" in kind and not shown and not exemplified(content.get("schema", {}), document):
                    bare.append(f"{name} {what}")
    assert bare == []


async def test_what_creates_takes_a_key_and_what_changes_takes_a_version(document: Said) -> None:
    for name, path, said in all_of(document):
        method = name.split()[0]
        if method == "POST" and "201" in said["responses"]:
            assert "idempotency-key" in headers(document, path, method), name
        if method in ("PUT", "PATCH") and "get" in document["paths"][path]:
            assert "if-match" in headers(document, path, method), name


async def test_what_takes_a_version_tells_it(filled: Filled, seen: Seen, document: Said) -> None:
    """A GET beside a PUT or PATCH that takes If-Match answers with an ETag, and a stale one is refused."""
    changes = [one for one in known(document) if one.method in ("PUT", "PATCH")]
    versioned = {one.path: one for one in changes if "if-match" in headers(document, one.path, one.method)}
    assert len(versioned) > 5
    looked_at = set()
    for call in seen.calls:
        if call.operation.path not in versioned:
            continue
        assert (await call.send(filled.who)).headers.get("etag"), call.text
        looked_at.add(call.operation.path)
        change = versioned[call.operation.path]
        stale = await Call(change, call.path, {}, change.body).send(filled.who, **{"If-Match": '"999999"'})
        assert stale.status_code in (403, 412, 422), f"{change.id}: {stale.text}"
    assert looked_at == set(versioned)


async def test_every_list_can_be_walked_to_its_end(filled: Filled, seen: Seen, document: Said) -> None:
    walked = 0
    for operation in known(document):
        names = {slot.name[0] for slot in operation.slots}
        if operation.mutates or not {"cursor"} <= names:
            continue
        within = [one.path for one in seen.calls if one.operation.id == operation.id]
        assert within, f"nothing was found whose {operation.id} could be walked"
        call = Call(operation, within[0], operation.query)
        whole = await _walk(filled.who, call, 200)
        for limit in (1, 3):
            if len(whole) <= 60:
                assert await _walk(filled.who, call, limit) == whole, operation.id
        walked += 1
    assert walked >= 10


async def _walk(who: Client, call: Call, limit: int) -> list[str]:
    """Everything in a list, page by page."""
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        query = {**call.query, "limit": str(limit)} | ({"cursor": cursor} if cursor else {})
        answer = await Call(call.operation, call.path, query).send(who)
        assert answer.status_code == 200, f"{call.text}: {answer.text}"
        page = answer.json()
        assert len(page["items"]) <= limit
        found += [str(sorted(item.items())) for item in page["items"]]
        cursor = page["next"]
        assert len(found) <= 5000, f"{call.text} never ends"
    assert len(found) == len(set(found)), f"{call.text} shows something twice"
    return found
