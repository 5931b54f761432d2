"""The webhook deployer against receivers that answer well and badly, and the demo's receiver itself."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import UUID

import httpx
import msgspec
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from companyos.app.compose import compose
from companyos.domains.operations.outside.deployer import (
    MAX_ANSWER_BYTES,
    NoDeployer,
    WebhookDeployer,
    open_deployer,
)
from companyos.domains.operations.outside.receiver import Receiver
from companyos.domains.operations.public.ports import Deployer, DeployerUnreachable, Order
from companyos.domains.operations.rules import webhooks
from companyos.domains.operations.settings import OperationsSettings
from companyos.kernel.problems import Misconfigured
from companyos.kernel.settings import Settings

KEY = b"k" * 32
SECRET = webhooks.write_secret(KEY)
ORDER = Order(UUID(int=1), "roll_back", UUID(int=2), "prod", "api", "1.0", UUID(int=3), "abc1234", "Errors")


def _to(answer: Callable[[Request], Awaitable[Response]]) -> WebhookDeployer:
    app = Starlette(routes=[Route("/", answer, methods=["POST"])])
    deployer = WebhookDeployer("http://deployer.example/", KEY, 1)
    deployer.client = httpx.AsyncClient(transport=httpx.ASGITransport(app))
    return deployer


async def test_an_order_arrives_signed_and_its_answer_is_read() -> None:
    seen: list[Order] = []

    async def take(request: Request) -> Response:
        body = await request.body()
        headers = request.headers
        assert not webhooks.refusal(
            KEY,
            id=headers[webhooks.ID],
            timestamp=headers[webhooks.TIMESTAMP],
            signature=headers[webhooks.SIGNATURE],
            body=body,
            now=time.time(),
            window=5,
        )
        assert headers[webhooks.ID] == str(ORDER.id)
        seen.append(msgspec.json.decode(body, type=Order))
        return Response(b'{"status": "running", "log": "%s"}' % (b"x" * 5000), media_type="application/json")

    answer = await _to(take).carry_out(ORDER)
    assert seen == [ORDER]
    assert (answer.status, len(answer.log)) == ("running", 4000)


@pytest.mark.parametrize(
    ("response", "words"),
    [
        (PlainTextResponse("no", 503), "answered 503"),
        (RedirectResponse("http://169.254.169.254/"), "answered 307"),
        (PlainTextResponse("fine"), "cannot be read"),
        (PlainTextResponse('{"status": "splendid"}'), "cannot be read"),
        (PlainTextResponse("x" * (MAX_ANSWER_BYTES + 1)), "longer than"),
    ],
)
async def test_a_bad_answer_is_no_answer(response: Response, words: str) -> None:
    async def take(request: Request) -> Response:
        return response

    with pytest.raises(DeployerUnreachable, match=words):
        await _to(take).carry_out(ORDER)


async def test_nobody_there_is_said_in_words() -> None:
    with pytest.raises(DeployerUnreachable, match="ConnectError"):
        await WebhookDeployer("http://127.0.0.1:9/", KEY, 1).carry_out(ORDER)


@pytest.mark.parametrize("url", ["webhook:ftp://x", "webhook:nonsense", "carrier-pigeon:", ""])
async def test_a_deployer_that_cannot_be_is_refused_at_the_start(url: str) -> None:
    house = compose(Settings(demo=False))
    house.part_settings[OperationsSettings] = OperationsSettings(deployer=url, deployer_secret=SECRET)
    with pytest.raises(Misconfigured, match="DEPLOYER"):
        await open_deployer(house)


@pytest.mark.parametrize("secret", ["hunter2", "whsec_", "whsec_c2hvcnQ=", "whsec_no base64"])
async def test_a_secret_that_cannot_be_is_refused_without_showing_it(secret: str) -> None:
    house = compose(Settings(demo=False))
    house.part_settings[OperationsSettings] = OperationsSettings(deployer_secret=secret)
    with pytest.raises(Misconfigured, match="DEPLOYER_SECRET") as refused:
        await open_deployer(house)
    assert secret == "whsec_" or secret not in refused.value.detail


async def test_without_a_deployer_orders_fail_and_say_how_to_set_one() -> None:
    house = compose(Settings(demo=False))
    house.part_settings[OperationsSettings] = OperationsSettings(deployer_secret=SECRET)
    await open_deployer(house)
    deployer = house.adapter(Deployer)
    assert isinstance(deployer, NoDeployer)
    assert "COMPANYOS_OPERATIONS_DEPLOYER" in (await deployer.carry_out(ORDER)).log


def test_the_demo_receiver_does_an_order_once_and_knows_what_runs() -> None:
    receiver = Receiver()
    first = receiver.carry_out(ORDER)
    assert ": now 1.0" in first.log and "->" not in first.log
    assert receiver.carry_out(ORDER) == first
    second = receiver.carry_out(replace(ORDER, id=UUID(int=9), version="2.0"))
    assert "1.0 -> 2.0" in second.log
    assert receiver.carry_out(replace(ORDER, id=UUID(int=10), verb="pause")).status == "paused"
