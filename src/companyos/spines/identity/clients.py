"""OAuth clients: the console, the command line, those of the settings, and service accounts by private_key_jwt."""

from dataclasses import dataclass
from uuid import UUID

from companyos.kernel.house import House

from .settings import IdentitySettings

CONSOLE = "companyos-console"
COMMAND_LINE = "companyos-cli"
SERVICE_PREFIX = "sa_"

CODE = "authorization_code"
REFRESH = "refresh_token"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
CREDENTIALS = "client_credentials"


@dataclass(frozen=True, slots=True)
class Client:
    """A public client (RFC 6749 §2.1): it has no secret, PKCE binds its codes to it."""

    id: str
    name: str
    redirect_uris: frozenset[str]
    after_sign_out: frozenset[str]
    grants: frozenset[str]


def public_client(house: House, client_id: str) -> Client | None:
    """The public client with this id."""
    url = house.public_url
    if client_id == CONSOLE:
        return Client(
            CONSOLE,
            "CompanyOS console",
            frozenset({f"{url}/signed-in"}),
            frozenset({url, f"{url}/", f"{url}/signed-out"}),
            frozenset({CODE, REFRESH}),
        )
    if client_id == COMMAND_LINE:
        loopback = {f"http://{host}/signed-in" for host in ("127.0.0.1", "[::1]", "localhost")}
        return Client(
            COMMAND_LINE,
            "CompanyOS command line",
            frozenset(loopback),
            frozenset(),
            frozenset({CODE, REFRESH, DEVICE}),
        )
    for given in house.settings_of(IdentitySettings).clients:
        if given.id == client_id:
            return Client(
                given.id,
                given.name,
                frozenset(given.redirect_uris),
                frozenset(given.after_sign_out),
                frozenset({CODE, REFRESH}),
            )
    return None


def service_client_id(tenant: UUID, account: UUID) -> str:
    """The client id of a service account; it names the tenant, so that row-level security holds on look-up."""
    return f"{SERVICE_PREFIX}{tenant.hex}_{account.hex}"


def parse_service_client_id(client_id: str) -> tuple[UUID, UUID] | None:
    """Tenant and account of a service account's client id; None when it cannot be one."""
    tenant, _, account = client_id.removeprefix(SERVICE_PREFIX).partition("_")
    if not client_id.startswith(SERVICE_PREFIX) or len(tenant) != 32 or len(account) != 32:
        return None
    try:
        return UUID(hex=tenant), UUID(hex=account)
    except ValueError:
        return None
