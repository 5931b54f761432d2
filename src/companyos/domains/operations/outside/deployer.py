"""The deployer behind a URL: `webhook:https://…` sends each order as a signed HTTP POST."""

import time
from urllib.parse import urlsplit

import httpx
import msgspec

from companyos.kernel.adapters import Adapters
from companyos.kernel.house import House
from companyos.kernel.ports.keys import KeyRing
from companyos.kernel.problems import Misconfigured

from ..public.ports import Answer, Deployer, DeployerUnreachable, Order
from ..rules import webhooks
from ..service import secrets
from ..settings import OperationsSettings

DEMO_PATH = "/demo/deployer"
MAX_ANSWER_BYTES = 65_536
LOG_CHARACTERS = 4000


class WebhookDeployer:
    """Signs as Standard Webhooks 1.0 writes it; `webhook-id` is the order's id, so a repeat is the same order."""

    def __init__(self, url: str, key: bytes, timeout: float):
        self.url = url
        self.key = key
        self.client = httpx.AsyncClient(timeout=timeout, follow_redirects=False)

    async def carry_out(self, order: Order) -> Answer:
        """Send, and read `{"status": …, "log": …}`. Only a 2xx answer counts as taken."""
        body = msgspec.json.encode(order)
        at = int(time.time())
        headers = {
            "content-type": "application/json",
            webhooks.ID: str(order.id),
            webhooks.TIMESTAMP: str(at),
            webhooks.SIGNATURE: webhooks.sign(self.key, str(order.id), at, body),
        }
        try:
            async with self.client.stream("POST", self.url, content=body, headers=headers) as response:
                said = b""
                async for part in response.aiter_bytes():
                    said += part
                    if len(said) > MAX_ANSWER_BYTES:
                        raise DeployerUnreachable(f"its answer is longer than {MAX_ANSWER_BYTES} bytes")
        except httpx.HTTPError as error:
            raise DeployerUnreachable(f"{type(error).__name__}: {error}") from error
        if not response.is_success:
            raise DeployerUnreachable(f"it answered {response.status_code}")
        try:
            answer = msgspec.json.decode(said, type=Answer)
        except msgspec.DecodeError as error:
            raise DeployerUnreachable(f"its answer cannot be read: {error}") from error
        return Answer(answer.status, answer.log[:LOG_CHARACTERS])


class NoDeployer:
    """Stands where no deployer was set: every order fails, and says how to set one."""

    async def carry_out(self, order: Order) -> Answer:
        return Answer(
            "failed",
            "No deployer is set. Set COMPANYOS_OPERATIONS_DEPLOYER=webhook:https://… and "
            "COMPANYOS_OPERATIONS_DEPLOYER_SECRET=whsec_….",
        )


async def open_deployer(house: House) -> None:
    """Put the deployer of the settings into the house."""
    settings = house.settings_of(OperationsSettings)
    key = await deployer_key(house)
    adapters = Adapters()
    adapters.offer(Deployer, "webhook", _webhook)
    house.adapters[Deployer] = adapters.resolve(
        Deployer,
        "COMPANYOS_OPERATIONS_DEPLOYER",
        settings.deployer,
        house=house,
        key=key,
        timeout=settings.deployer_timeout_seconds,
    )


async def close_deployer(house: House) -> None:
    """Let go of connections."""
    deployer = house.adapters.pop(Deployer, None)
    if isinstance(deployer, WebhookDeployer):
        await deployer.client.aclose()


async def deployer_key(house: House) -> bytes:
    """The secret between us and the deployer: the one that was set, else one derived from the key ring."""
    given = house.settings_of(OperationsSettings).deployer_secret
    if given:
        try:
            return webhooks.read_secret(given)
        except ValueError as error:
            raise Misconfigured.at("COMPANYOS_OPERATIONS_DEPLOYER_SECRET", f"{error}.") from None
    key, _ = await secrets.derive(house.adapter(KeyRing), "deployer")
    return key


def _webhook(url: str, *, house: House, key: bytes, timeout: float) -> Deployer:
    target = url.removeprefix("webhook:")
    if not target:
        if not house.settings.demo:
            return NoDeployer()
        target = f"http://{house.settings.host}:{house.settings.port}{DEMO_PATH}"
    parts = urlsplit(target)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise ValueError(f"{url!r} names no address: write webhook:https://host/path")
    return WebhookDeployer(target, key, timeout)
