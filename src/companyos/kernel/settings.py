"""Settings: environment variables `COMPANYOS_…`, each with a documented default.

`docs/reference/settings.md` is generated from these classes; a spine or domain adds a class of its own with
`part_settings("operations")` as its `model_config`.
"""

from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from .decision import Reason
from .loopback import LOOPBACK
from .problems import Misconfigured

S = TypeVar("S", bound=BaseSettings)


def part_settings(name: str) -> SettingsConfigDict:
    """Where the settings of one spine or domain come from: `COMPANYOS_<NAME>_<FIELD>`."""
    return SettingsConfigDict(env_prefix=f"COMPANYOS_{name.upper()}_", extra="ignore")


def read_settings(kind: type[S], **given: Any) -> S:
    """Settings of a kind from the environment, `given` ones first. Raises Misconfigured naming each variable."""
    try:
        return kind(**given)
    except ValidationError as error:
        prefix = kind.model_config.get("env_prefix", "")
        reasons = [
            Reason(
                "setting",
                f"{e['msg'].removeprefix('Value error, ')}, not {e['input']!r}.",
                f"{prefix}{'_'.join(map(str, e['loc'])).upper()}",
            )
            for e in error.errors()
        ]
        raise Misconfigured("; ".join(f"{r.where}: {r.sentence}" for r in reasons), reasons=reasons) from None


class Settings(BaseSettings):
    """Settings of the house: where it listens, where its data is, and which engines it runs on."""

    model_config = SettingsConfigDict(env_prefix="COMPANYOS_", extra="ignore")

    data: Path = Field(Path(".companyos"), description="Folder of everything that embedded engines keep.")
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8700, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    public_url: str = Field(
        "",
        description="Address that browsers and clients use. Empty: http://<host>:<port>, on loopback http://localhost:<port>.",
    )
    demo: bool = Field(True, description="Seed the demo tenants on first start.")
    demo_seed: int = Field(20, description="Seed of the demo history: the same seed gives the same history.")
    demo_git: Path | None = Field(
        None,
        description="Git repository whose history becomes real deployments. Empty: the checkout, if any.",
    )

    @field_validator("public_url")
    @classmethod
    def _is_address(cls, url: str) -> str:
        if url and not _origin(url, ("http", "https")):
            raise ValueError("Write an address such as https://companyos.example.com, without path or query")
        return url

    @field_validator("issuer")
    @classmethod
    def _is_issuer(cls, url: str) -> str:
        parts = urlsplit(url)
        schemes = ("http", "https") if parts.hostname in LOOPBACK else ("https",)
        if url and (
            not _origin(f"{parts.scheme}://{parts.netloc}", schemes) or parts.query or parts.fragment
        ):
            raise ValueError("Write an https address without query, as OpenID Connect Discovery §3 wants it")
        return url

    log_level: str = Field(
        "warning", pattern="^(debug|info|warning|error)$", description="Least severe log entries to write."
    )

    database: str = Field(
        "pg+embedded:", description="`pg+embedded:` or `postgresql://…` as the application's role."
    )
    database_owner: str = Field(
        "", description="`postgresql://…` as the role that owns the schemas; needed with an own cluster."
    )
    database_pool: int = Field(10, ge=2, description="Connections kept open to the database.")
    database_wait_seconds: float = Field(
        10.0, gt=0, description="Longest wait for a free connection, in seconds."
    )
    database_statement_seconds: float = Field(
        30.0, ge=0, description="Longest statement, in seconds; 0: no limit."
    )
    database_lock_seconds: float = Field(
        10.0, ge=0, description="Longest wait for a lock, in seconds; 0: no limit."
    )
    stream: str = Field("file:", description="`file:` or `nats://…`: where accepted telemetry waits.")
    lake: str = Field("duckdb+iceberg:", description="Where telemetry is kept and queried.")
    engine: str = Field(
        "duckdb:",
        description="What answers SQL that people write: `duckdb:`, each question in a process of its own.",
    )
    engine_ready: int = Field(
        1, ge=0, description="Processes of the engine that wait for the next question, once there was one."
    )
    engine_most: int = Field(2, ge=1, description="Questions that the engine answers at once; more wait.")
    blob: str = Field("file:", description="Where large objects are kept.")
    keys: str = Field("file:", description="Where signing keys are kept.")
    mail: str = Field(
        "file:",
        description="Where letters go: `smtp://user:password@host:587?from=…`, `smtps://…`, or `file:`, which keeps "
        "them to be read and sends nothing.",
    )
    chat: str = Field(
        "file:",
        description="Where posts to chat rooms go: `https:` posts to each room's webhook; `file:` keeps them to be "
        "read and sends nothing.",
    )
    outbound_allow: str = Field(
        "",
        description="Host names and networks, comma-separated, that webhooks and signed calls may reach although "
        "they are not public, and by http.",
    )
    issuer: str = Field("", description="External OIDC issuer. Empty: the built-in issuer.")

    max_body_bytes: int = Field(1_048_576, ge=1024, description="Largest request body of the API, in bytes.")
    body_timeout_seconds: float = Field(
        15.0, gt=0, description="Longest wait for a request body, in seconds."
    )
    request_timeout_seconds: float = Field(30.0, gt=0, description="Longest run of one request, in seconds.")
    stop_seconds: float = Field(
        10.0, ge=0, description="Longest wait at the stop for requests that are under way, in seconds."
    )
    rate_per_second: float = Field(200.0, gt=0, description="Sustained requests per second of one caller.")
    rate_burst: int = Field(400, ge=1, description="Requests that one caller may send at once.")
    refused_per_second: float = Field(
        5.0, gt=0, description="Sustained requests without valid credentials (401) per second of one address."
    )
    refused_burst: int = Field(
        100, ge=1, description="Requests without valid credentials (401) that one address may send at once."
    )
    step_up_max_age: int = Field(
        300, ge=1, description="How long a second factor counts as fresh, in seconds."
    )
    idempotency_hours: int = Field(24, ge=1, description="How long a repeated Idempotency-Key is recognised.")
    relay_batch: int = Field(100, ge=1, description="Events that the relay delivers in one go.")
    relay_outside: int = Field(
        4,
        ge=1,
        description="Events whose reactions wait for other systems that the relay delivers side by side.",
    )
    relay_attempts: int = Field(8, ge=1, description="Attempts at a failing reaction before it is parked.")


def _origin(url: str, schemes: tuple[str, ...]) -> bool:
    """Whether a URL is scheme and host, with a port at most: nothing that a path could be joined to wrongly."""
    try:
        parts = urlsplit(url)
        rest = (parts.path.strip("/"), parts.query, parts.fragment, parts.username)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0 and not any(rest)
    except ValueError:
        return False
