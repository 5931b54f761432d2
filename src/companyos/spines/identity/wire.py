"""HTTP shapes of identity."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from companyos.kernel.http import Page, Wire

ID = "018f4e9c-7d5a-7cc1-b6a5-3f1d2c9b8a70"
AT = "2026-11-22T10:00:00Z"
PLAIN = r"^[^\x00-\x1f\x7f]*$"

Name = Annotated[str, Field(min_length=1, max_length=100, pattern=PLAIN, description="What people call it.")]
Email = Annotated[
    str,
    Field(
        max_length=254,
        pattern=r"^[^@\s\x00-\x1f\x7f]{1,64}@[^@\s\x00-\x1f\x7f]{1,189}$",
        examples=["robin@example.com"],
    ),
]
Words = Annotated[
    list[Annotated[str, Field(max_length=64, pattern=PLAIN)]], Field(max_length=32, examples=[["sre"]])
]
Places = Annotated[
    list[Annotated[str, Field(max_length=64, pattern=PLAIN)]],
    Field(max_length=32, examples=[["prod", "stage"]]),
]


class PersonRef(Wire):
    """A person (or service account) as others name them."""

    id: UUID = Field(examples=[ID])
    name: str = Field(examples=["Robin Vega"])
    email: str = Field(description="Empty for a service account.", examples=["robin@example.com"])


class TenantRef(Wire):
    """A tenant as others name it."""

    id: UUID = Field(examples=[ID])
    slug: str = Field(examples=["acme"])
    name: str = Field(examples=["Acme Bank"])


class MembershipOut(Wire):
    """Where a person belongs, and as what."""

    tenant: TenantRef
    environments: Places
    roles: Words


class MeOut(Wire):
    """The caller. `elevation_ends_at` is when the fresh second factor stops counting; null without one."""

    person: PersonRef
    kind: Literal["person", "service"] = Field(examples=["person"])
    tenant: TenantRef
    environment: str = Field(examples=["prod"])
    roles: Words
    acr: str | None = Field(examples=["urn:companyos:mfa"])
    auth_time: datetime | None = Field(examples=[AT])
    elevation_ends_at: datetime | None = Field(examples=["2026-11-22T10:05:00Z"])
    demo: bool = Field(description="The tenant holds demonstration data.", examples=[False])
    memberships: list[MembershipOut]


class TenantOut(TenantRef):
    """A tenant; of one that the token does not span, only the environments open to the caller."""

    region: str = Field(examples=["eu-central"])
    environments: Places
    demo: bool = Field(examples=[False])
    people: int | None = Field(description="Active members; null outside the token's tenant.", examples=[12])
    created_at: datetime = Field(examples=[AT])


class TenantChange(Wire):
    """What may change about a tenant."""

    name: Name = Field(examples=["Acme Bank"])


class PersonOut(PersonRef):
    """A member of the tenant."""

    roles: Words
    environments: Places
    status: Literal["active", "locked"] = Field(examples=["active"])
    second_factor: Literal["passkey", "totp"] | None = Field(examples=["totp"])
    created_at: datetime = Field(description="Since when they are a member.", examples=[AT])


class InviteIn(Wire):
    """Whom to invite, and as what."""

    email: Email
    name: Name = Field(examples=["Robin Vega"])
    roles: Words
    environments: Places


class InvitedOut(Wire):
    """How the invited person gets in. `code` is shown this once and works once."""

    person: PersonOut
    url: str = Field(examples=["https://companyos.example/sign-in/first"])
    code: str = Field(examples=["ABCD-EFGH-JKMN-PQRS-TVWX"])
    expires_at: datetime = Field(examples=[AT])


class PersonChange(Wire):
    """What may change about a member; what is left out stays. Locking ends their sign-ins here at once."""

    roles: Words | None = None
    environments: Places | None = None
    status: Literal["active", "locked"] | None = Field(None, examples=["locked"])


class RoleOut(Wire):
    """A role that members and service accounts can have; what it allows is policy."""

    name: str = Field(examples=["sre"])
    title: str = Field(examples=["SRE"])


class SignedOutOut(Wire):
    """What ending a member's sign-ins did."""

    ended: int = Field(description="Sign-ins that there were.", examples=[2])


class IngestKeyOut(Wire):
    """A key with which telemetry is sent, without its secret."""

    id: UUID = Field(examples=[ID])
    environment: str = Field(examples=["prod"])
    created_at: datetime = Field(examples=[AT])
    waits: bool = Field(
        default=False, description="The key was made by rotating and waits to be collected, once."
    )


class ServiceAccountOut(Wire):
    """A program that acts in the tenant. `client_id` is for OAuth with private_key_jwt."""

    id: UUID = Field(examples=[ID])
    name: str = Field(examples=["deploy-bot"])
    client_id: str = Field(examples=["sa_018f4e9c7d5a7cc1b6a53f1d2c9b8a70_018f4e9c7d5a7cc1b6a53f1d2c9b8a71"])
    roles: Words
    environments: Places
    status: Literal["active", "disabled"] = Field(examples=["active"])
    keys: list[IngestKeyOut] = Field(description="Its ingest keys.")
    jwks: dict[str, Any] = Field(description="Its public keys (RFC 7517).", examples=[{"keys": []}])
    created_at: datetime = Field(examples=[AT])
    last_used_at: datetime | None = Field(description="When it last got a token.", examples=[AT])


class ServiceAccountIn(Wire):
    """A service account to make. `jwks` holds public ES256 or EdDSA keys; leave it out for telemetry only."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,62}$", examples=["deploy-bot"])]
    roles: Words = Field(default_factory=list)
    environments: Places
    jwks: dict[str, Any] = Field({"keys": []}, examples=[{"keys": []}])


class ServiceAccountChange(Wire):
    """What may change about a service account; what is left out stays."""

    roles: Words | None = None
    environments: Places | None = None
    jwks: dict[str, Any] | None = Field(None, examples=[{"keys": []}])
    status: Literal["active", "disabled"] | None = Field(None, examples=["disabled"])


class IngestKeyIn(Wire):
    """Where telemetry that is sent with the new key belongs."""

    environment: Annotated[str, Field(max_length=64, pattern=PLAIN, examples=["prod"])]


class NewIngestKeyOut(IngestKeyOut):
    """A new ingest key; `key` is shown this once."""

    key: str = Field(examples=["cosk_018f4e9c7d5a7cc1b6a53f1d2c9b8a70_…"])


class SessionOut(Wire):
    """One of the caller's own sign-ins to this tenant."""

    id: UUID = Field(examples=[ID])
    client: str = Field(examples=["CompanyOS console"])
    device: str = Field(description="What the client called itself.", examples=["Mozilla/5.0 …"])
    acr: str | None = Field(examples=["urn:companyos:password"])
    created_at: datetime = Field(examples=[AT])
    used_at: datetime = Field(examples=[AT])
    current: bool = Field(description="It is the one that this request was made with.", examples=[True])


class TenantsOut(Page[TenantOut]):
    """A page of tenants."""


class PeopleOut(Page[PersonOut]):
    """A page of members."""


class RolesOut(Page[RoleOut]):
    """All roles."""


class ServiceAccountsOut(Page[ServiceAccountOut]):
    """A page of service accounts."""


class SessionsOut(Page[SessionOut]):
    """All sign-ins."""
