"""Settings of identity."""

from typing import Literal

from pydantic import BaseModel, Field
from pydantic_settings import BaseSettings

from companyos.kernel.settings import part_settings


class RegisteredClient(BaseModel):
    """A further public OAuth client: it uses PKCE and has no secret."""

    id: str = Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")
    name: str
    redirect_uris: list[str]
    after_sign_out: list[str] = []


class IdentitySettings(BaseSettings):
    """How people sign in, how long tokens live, and which external issuer is trusted."""

    model_config = part_settings("identity")

    operator_tenant: str = Field(
        "companyos",
        description="Slug of the tenant whose administrators may act on the installation itself, "
        "such as turning the issuer's signing key.",
    )
    access_token_seconds: int = Field(300, ge=30, le=3600, description="Life of an access token.")
    refresh_hours: int = Field(12, ge=1, description="A refresh token that rests longer than this is void.")
    grant_days: int = Field(30, ge=1, description="Longest life of one sign-in, however often refreshed.")
    session_hours: int = Field(12, ge=1, description="Life of a browser's sign-in at the issuer.")
    code_seconds: int = Field(60, ge=10, le=600, description="Life of an authorization code.")
    device_seconds: int = Field(600, ge=60, description="Life of a device code.")
    device_interval: int = Field(5, ge=1, description="Seconds between polls of a waiting device.")
    invitation_hours: int = Field(72, ge=1, description="Life of the one-time code in an invitation.")
    leeway_seconds: int = Field(5, ge=0, le=120, description="Clock difference that is forgiven in tokens.")
    audience: str = Field("", description="Audience of access tokens. Empty: <public URL>/api/v1.")
    clients: list[RegisteredClient] = Field(
        [],
        description="Further public OAuth clients, as JSON: id, name, redirect_uris, after_sign_out. "
        "Browsers may call the token endpoint from the origins of the redirect_uris.",
    )

    second_factor: Literal["asked", "always"] = Field(
        "asked",
        description="`asked`: when a client asks for it. `always`: at every sign-in of a person who has one.",
    )
    password_length: int = Field(12, ge=8, le=128, description="Shortest password that may be set.")
    argon2_memory_kib: int = Field(19_456, ge=8_192, description="Memory of one password check, in KiB.")
    argon2_passes: int = Field(2, ge=1, description="Passes of one password check.")
    password_checks_at_once: int = Field(2, ge=1, description="Password checks that may run side by side.")
    attempts_per_account: int = Field(5, ge=1, description="Failed sign-ins of an account before it waits.")
    attempts_per_address: int = Field(50, ge=1, description="Failed sign-ins of an address before it waits.")
    throttle_seconds: int = Field(900, ge=1, description="Longest wait after failed sign-ins, in seconds.")

    elevation_minutes: int = Field(60, ge=1, description="Longest time that an elevation can be asked for.")
    elevation_total_minutes: int = Field(
        240, ge=1, description="Longest time of one, however often extended."
    )
    elevation_request_hours: int = Field(
        24, ge=1, description="A request that waits longer than this lapses."
    )
    elevation_open_requests: int = Field(20, ge=1, description="Requests that one person may have open.")
    break_glass_minutes: int = Field(30, ge=1, description="Longest time of an elevation without a yes.")
    span_minutes: int = Field(4320, ge=1, description="Longest time that an outsider sees a tenant's totals.")

    key_days: int = Field(90, ge=1, description="Days until the issuer turns to its next signing key.")
    key_overlap_minutes: int = Field(
        60, ge=10, description="How long the next key is published before, and the last one after, it signs."
    )

    external_audience: str = Field("", description="Audience that the external issuer puts in its tokens.")
    external_tenant_claim: str = Field(
        "tenant", description="Claim of an external token that names the tenant."
    )
    external_environment_claim: str = Field("environment", description="Claim that names the environment.")
    external_mfa_acr: list[str] = Field(
        ["urn:companyos:mfa"], description="`acr` values of an external issuer that mean a second factor."
    )
    external_match_email: bool = Field(
        True, description="Recognise a person of an external issuer by verified email at the first sign-in."
    )
