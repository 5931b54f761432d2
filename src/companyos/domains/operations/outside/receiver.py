"""The demo's deployer: a real receiver of orders, small enough to read, as one would write it oneself.

It checks the signature, carries each order out once, remembers what runs where, and says what it did. It keeps
all of that in memory: it deploys a demo.
"""

import time
from collections import OrderedDict

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from companyos.kernel.house import House

from ..public.ports import Answer, Order
from ..rules import webhooks
from .deployer import DEMO_PATH, deployer_key

WINDOW_SECONDS = 300
REMEMBERED = 1000
MAX_BYTES = 16_384


class Receiver:
    """What the demo deployer knows: the answers it gave, by order, and the version that runs, by place."""

    def __init__(self) -> None:
        self.answers: OrderedDict[str, Answer] = OrderedDict()
        self.running: dict[tuple[str, str, str], str] = {}

    def carry_out(self, order: Order) -> Answer:
        """Do an order, or say again what was done when it comes a second time."""
        known = self.answers.get(str(order.id))
        if known is None:
            known = self._do(order)
            self.answers[str(order.id)] = known
            if len(self.answers) > REMEMBERED:
                self.answers.popitem(last=False)
        return known

    def _do(self, order: Order) -> Answer:
        place = (str(order.tenant), order.environment, order.service)
        if order.verb == "set_log_level":
            return Answer("succeeded", f"{order.service} writes from {order.level or 'its own level'} on")
        if order.verb == "pause":
            return Answer("paused", f"holding {order.service} {order.version} in {order.environment}")
        before = self.running.get(place)
        self.running[place] = order.version
        change = f"{before} -> {order.version}" if before else f"now {order.version}"
        lines = (
            f"order {order.id}: {order.verb} ({order.reason})",
            f"{order.service} in {order.environment}: {change}",
            "demo deployer: noted in memory as what runs there; nothing else was touched",
        )
        return Answer("succeeded", "\n".join(lines))


_receiver = Receiver()


async def take_order(request: Request) -> Response:
    """`POST /demo/deployer`, served only in the demo."""
    house: House = request.app.state.house
    if not house.settings.demo:
        return JSONResponse({"error": "the demo is off"}, 404)
    body = await request.body()
    if len(body) > MAX_BYTES:
        return JSONResponse({"error": f"more than {MAX_BYTES} bytes"}, 413)
    no = webhooks.refusal(
        await deployer_key(house),
        id=request.headers.get(webhooks.ID, ""),
        timestamp=request.headers.get(webhooks.TIMESTAMP, ""),
        signature=request.headers.get(webhooks.SIGNATURE, ""),
        body=body,
        now=time.time(),
        window=WINDOW_SECONDS,
    )
    if no:
        return JSONResponse({"error": no}, 401)
    try:
        order = msgspec.json.decode(body, type=Order)
    except msgspec.DecodeError as error:
        return JSONResponse({"error": f"not an order: {error}"}, 400)
    return Response(msgspec.json.encode(_receiver.carry_out(order)), media_type="application/json")


route = Route(DEMO_PATH, take_order, methods=["POST"])
