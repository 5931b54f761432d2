"""Tenants, environments, people, memberships, service accounts; sign-ins, factors, grants and their tokens."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from companyos.kernel.migration import THIS_PERSON, platform_table, tenant_index, tenant_table

revision, down_revision = "0001", None

BEFORE_TENANT = "Read before the tenant of a request is known; "


def instant(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def text(name: str, **rules) -> sa.Column:
    return sa.Column(name, sa.Text, **{"nullable": False, **rules})


def words(name: str) -> sa.Column:
    return sa.Column(name, sa.ARRAY(sa.Text), nullable=False)


def ref(name: str, **rules) -> sa.Column:
    return sa.Column(name, sa.Uuid, **{"nullable": False, **rules})


def digest(name: str = "hash", **rules) -> sa.Column:
    return sa.Column(name, sa.LargeBinary, **{"nullable": False, **rules})


def upgrade() -> None:
    tenants()
    people()
    services()
    factors()
    sign_in()
    grants()


def tenants() -> None:
    platform_table(
        "tenant",
        ref("id", primary_key=True),
        text("slug", unique=True),
        text("name"),
        text("region"),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        instant("created_at"),
        because="The register of tenants is what tenant ids come from.",
    )
    tenant_table(
        "environment",
        text("name", primary_key=True),
        sa.Column("rank", sa.Integer, nullable=False),
        instant("created_at"),
    )


def people() -> None:
    platform_table(
        "person",
        ref("id", primary_key=True),
        text("email", unique=True),
        text("name"),
        text("status"),
        text("password", nullable=True),
        ref("last_tenant", nullable=True),
        text("last_environment", nullable=True),
        instant("created_at"),
        because="A person may be a member of several tenants; memberships belong to tenants.",
    )
    platform_table(
        "external_identity",
        text("issuer", primary_key=True),
        text("subject", primary_key=True),
        ref("person_id"),
        instant("created_at"),
        because=BEFORE_TENANT + "which person an external issuer's subject is.",
    )
    tenant_table(
        "membership",
        ref("person_id", primary_key=True),
        words("roles"),
        words("environments"),
        text("status"),
        sa.Column("version", sa.Integer, nullable=False),
        instant("created_at"),
        sa.Index("ix_membership_person", "person_id"),
        also_visible=THIS_PERSON,
    )
    platform_table(
        "invitation",
        digest(primary_key=True),
        ref("person_id"),
        instant("expires_at"),
        because=BEFORE_TENANT + "how an invited person sets a first password.",
    )


def services() -> None:
    tenant_table(
        "service_account",
        ref("id", primary_key=True),
        text("name"),
        words("roles"),
        words("environments"),
        sa.Column("jwks", JSONB, nullable=False),
        text("status"),
        sa.Column("version", sa.Integer, nullable=False),
        instant("created_at"),
    )
    tenant_index("service_account", "name", unique=True)
    tenant_table(
        "ingest_key",
        ref("id", primary_key=True),
        ref("account_id"),
        text("environment"),
        digest(unique=True),
        instant("created_at"),
        instant("revoked_at", nullable=True),
    )


def factors() -> None:
    platform_table(
        "totp",
        ref("person_id", primary_key=True),
        digest("sealed"),
        sa.Column("last_counter", sa.BigInteger, nullable=False),
        instant("confirmed_at", nullable=True),
        because="A second factor belongs to a person, not to a tenant.",
    )
    platform_table(
        "passkey",
        digest("id", primary_key=True),
        ref("person_id", index=True),
        text("name"),
        digest("public_key"),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        instant("created_at"),
        instant("used_at", nullable=True),
        because="A second factor belongs to a person, not to a tenant.",
    )
    platform_table(
        "recovery_code",
        ref("person_id", primary_key=True),
        digest(primary_key=True),
        because="A second factor belongs to a person, not to a tenant.",
    )


def sign_in() -> None:
    platform_table(
        "session",
        ref("id", primary_key=True),
        digest(unique=True),
        ref("person_id", index=True),
        instant("password_at"),
        instant("factor_at", nullable=True),
        digest("challenge", nullable=True),
        instant("challenge_at", nullable=True),
        instant("created_at"),
        instant("expires_at"),
        because=BEFORE_TENANT + "a browser's sign-in at the issuer.",
    )
    platform_table(
        "throttle",
        digest("key", primary_key=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        instant("blocked_until"),
        instant("forget_at"),
        because=BEFORE_TENANT + "attempts at signing in, by account and by address.",
    )
    platform_table(
        "device_code",
        digest(primary_key=True),
        text("user_code", unique=True),
        text("client_id"),
        text("scope"),
        text("tenant", nullable=True),
        text("environment", nullable=True),
        sa.Column("mfa", sa.Boolean, nullable=False),
        sa.Column("max_age", sa.Integer, nullable=True),
        text("status"),
        ref("person_id", nullable=True),
        ref("session_id", nullable=True),
        text("acr", nullable=True),
        instant("auth_time", nullable=True),
        sa.Column("interval", sa.Integer, nullable=False),
        instant("created_at"),
        instant("polled_at", nullable=True),
        instant("expires_at"),
        because=BEFORE_TENANT + "a device waits for a person to approve it.",
    )
    platform_table(
        "signing",
        sa.Column("single", sa.Boolean, sa.CheckConstraint("single"), primary_key=True),
        text("slot"),
        instant("since"),
        because="The issuer is one for all tenants: which of its two keys signs now.",
    )


def grants() -> None:
    tenant_table(
        "oauth_grant",
        ref("id", primary_key=True),
        ref("person_id", nullable=True),
        ref("account_id", nullable=True),
        ref("session_id", nullable=True),
        text("client_id"),
        text("scope"),
        text("acr", nullable=True),
        instant("auth_time", nullable=True),
        text("device"),
        instant("created_at"),
        instant("used_at"),
        instant("expires_at"),
        instant("revoked_at", nullable=True),
        sa.Index("ix_oauth_grant_person", "person_id"),
        also_visible=THIS_PERSON,
    )
    tenant_index("oauth_grant", "person_id")
    tenant_table(
        "refresh_token",
        digest(primary_key=True),
        ref("grant_id"),
        text("environment"),
        instant("expires_at"),
        instant("used_at", nullable=True),
    )
    tenant_table(
        "authorization_code",
        digest(primary_key=True),
        ref("grant_id"),
        ref("person_id"),
        ref("session_id"),
        text("client_id"),
        text("redirect_uri"),
        text("code_challenge"),
        text("nonce", nullable=True),
        text("scope"),
        text("environment"),
        text("acr"),
        instant("auth_time"),
        instant("expires_at"),
        instant("used_at", nullable=True),
    )
    tenant_table("used_assertion", digest(primary_key=True), instant("expires_at"))
