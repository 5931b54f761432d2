"""Tables of identity. Rows with `tenant_id` are under row-level security; the others belong to no tenant.

A secret is never stored: passwords as argon2id, every other handle as the SHA-256 of 256 random bits, TOTP seeds
sealed with a key of the key ring.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(schema="identity")
Instant = DateTime(timezone=True)
Words = ARRAY(Text)

tenant = Table(
    "tenant",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("demo", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
)

environment = Table(
    "environment",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("rank", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
)

person = Table(
    "person",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("email", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("password", Text),
    Column("last_tenant", Uuid),
    Column("last_environment", Text),
    Column("created_at", Instant, nullable=False),
)

external_identity = Table(
    "external_identity",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("created_at", Instant, nullable=False),
)

membership = Table(
    "membership",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("person_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("roles", Words, nullable=False),
    Column("environments", Words, nullable=False),
    Column("status", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("joined_at", Instant),
)

invitation = Table(
    "invitation",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

service_account = Table(
    "service_account",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("roles", Words, nullable=False),
    Column("environments", Words, nullable=False),
    Column("jwks", JSONB, nullable=False),
    Column("status", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
)

ingest_key = Table(
    "ingest_key",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("account_id", Uuid, nullable=False),
    Column("environment", Text, nullable=False),
    Column("hash", LargeBinary, nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("sealed", LargeBinary),
)

totp = Table(
    "totp",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("last_counter", BigInteger, nullable=False),
    Column("confirmed_at", Instant),
)

passkey = Table(
    "passkey",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("used_at", Instant),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("hash", LargeBinary, primary_key=True),
)

session = Table(
    "session",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("hash", LargeBinary, nullable=False, unique=True),
    Column("person_id", Uuid, nullable=False),
    Column("password_at", Instant, nullable=False),
    Column("factor_at", Instant),
    Column("challenge", LargeBinary),
    Column("challenge_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

throttle = Table(
    "throttle",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("attempts", Integer, nullable=False),
    Column("blocked_until", Instant, nullable=False),
    Column("forget_at", Instant, nullable=False),
)

oauth_grant = Table(
    "oauth_grant",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid),
    Column("account_id", Uuid),
    Column("session_id", Uuid),
    Column("client_id", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("acr", Text),
    Column("auth_time", Instant),
    Column("device", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("used_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
)

refresh_token = Table(
    "refresh_token",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("hash", LargeBinary, primary_key=True),
    Column("grant_id", Uuid, nullable=False),
    Column("environment", Text, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)

authorization_code = Table(
    "authorization_code",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("hash", LargeBinary, primary_key=True),
    Column("grant_id", Uuid, nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("session_id", Uuid, nullable=False),
    Column("client_id", Text, nullable=False),
    Column("redirect_uri", Text, nullable=False),
    Column("code_challenge", Text, nullable=False),
    Column("nonce", Text),
    Column("scope", Text, nullable=False),
    Column("environment", Text, nullable=False),
    Column("acr", Text, nullable=False),
    Column("auth_time", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)

device_code = Table(
    "device_code",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("user_code", Text, nullable=False, unique=True),
    Column("client_id", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("tenant", Text),
    Column("environment", Text),
    Column("mfa", Boolean, nullable=False),
    Column("max_age", Integer),
    Column("status", Text, nullable=False),
    Column("person_id", Uuid),
    Column("session_id", Uuid),
    Column("acr", Text),
    Column("auth_time", Instant),
    Column("interval", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("polled_at", Instant),
    Column("expires_at", Instant, nullable=False),
)

used_assertion = Table(
    "used_assertion",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("hash", LargeBinary, primary_key=True),
    Column("expires_at", Instant, nullable=False),
)

signing = Table(
    "signing",
    metadata,
    Column("single", Boolean, primary_key=True),
    Column("slot", Text, nullable=False),
    Column("since", Instant, nullable=False),
)

elevation = Table(
    "elevation",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid),
    Column("person", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("resource", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("input", JSONB, nullable=False),
    Column("preview", JSONB),
    Column("plan", Text, nullable=False),
    Column("environment", Text, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("break_glass", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("requested_at", Instant, nullable=False),
    Column("decided_by", Uuid),
    Column("decided_by_name", Text, nullable=False),
    Column("decided_at", Instant),
    Column("note", Text, nullable=False),
    Column("started_at", Instant),
    Column("ends_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("extended", Integer, nullable=False),
    Column("ended_at", Instant),
    Column("why", Text, nullable=False),
    Column("reviewed_by", Uuid),
    Column("reviewed_by_name", Text, nullable=False),
    Column("reviewed_at", Instant),
    Column("verdict", Text, nullable=False),
)
