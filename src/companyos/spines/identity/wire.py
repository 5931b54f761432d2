"""HTTP shapes of identity."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from companyos.kernel.http import Wire

ID = "018f4e9c-7d5a-7cc1-b6a5-3f1d2c9b8a70"


class PersonRef(Wire):
    """A person as others name them."""

    id: UUID = Field(examples=[ID])
    name: str = Field(examples=["Robin Vega"])
    email: str = Field(examples=["robin@example.com"])


class TenantRef(Wire):
    """A tenant as others name it."""

    id: UUID = Field(examples=[ID])
    slug: str = Field(examples=["acme"])
    name: str = Field(examples=["Acme Bank"])


class MembershipOut(Wire):
    """Where a person belongs, and as what."""

    tenant: TenantRef
    environments: list[str] = Field(examples=[["prod", "stage"]])
    roles: list[str] = Field(examples=[["sre"]])


class MeOut(Wire):
    """The caller. `elevation_ends_at` is when the fresh second factor stops counting; null without one."""

    person: PersonRef
    kind: str = Field(description="`person` or `service`.", examples=["person"])
    tenant: TenantRef
    environment: str = Field(examples=["prod"])
    roles: list[str] = Field(examples=[["sre"]])
    acr: str | None = Field(examples=["urn:companyos:mfa"])
    auth_time: datetime | None = Field(examples=["2026-11-22T10:00:00Z"])
    elevation_ends_at: datetime | None = Field(examples=["2026-11-22T10:05:00Z"])
    demo: bool = Field(description="The tenant holds demonstration data.", examples=[False])
    memberships: list[MembershipOut]
