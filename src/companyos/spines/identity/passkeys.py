"""Passkeys: WebAuthn Level 3 ceremonies through py_webauthn. One challenge per answer, kept with the session."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from sqlalchemy.ext.asyncio import AsyncConnection
from webauthn.helpers import options_to_json, parse_authentication_credential_json
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from companyos.kernel.loopback import LOOPBACK

from .store import factors, sessions

CHALLENGE_LIFE = timedelta(minutes=5)
ALGORITHMS = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,  # all that the TPM of some computers can do
]
UNREADABLE = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What py_webauthn raises for answers that are wrong or are no answers at all."""


def relying_party(issuer: str) -> str | None:
    """The host that passkeys are bound to; None where browsers allow none: at an address, or without TLS."""
    parts = urlsplit(issuer)
    host = parts.hostname or ""
    secure = parts.scheme == "https" or host == "localhost"
    is_address = host in LOOPBACK - {"localhost"} or ":" in host or host.replace(".", "").isdigit()
    return host if secure and not is_address else None


async def begin_registration(
    db: AsyncConnection,
    session: sessions.Session,
    now: datetime,
    *,
    party: str,
    person: UUID,
    email: str,
    name: str,
) -> str:
    """Options for `navigator.credentials.create`, as JSON."""
    known = (await factors.of_person(db, person)).passkeys
    options = webauthn.generate_registration_options(
        rp_id=party,
        rp_name="CompanyOS",
        user_id=person.bytes,
        user_name=email,
        user_display_name=name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=key.id) for key in known],
        supported_pub_key_algs=ALGORITHMS,
    )
    await sessions.set_challenge(db, session.id, options.challenge, now)
    return options_to_json(options)


async def finish_registration(
    db: AsyncConnection,
    session: sessions.Session,
    answer: str,
    now: datetime,
    *,
    issuer: str,
    party: str,
    name: str,
) -> bool:
    """Keep the credential that was made; False when the answer does not hold."""
    challenge = await _taken(db, session, now)
    if challenge is None:
        return False
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party,
            expected_origin=issuer,
            require_user_verification=True,
            supported_pub_key_algs=ALGORITHMS,
        )
    except UNREADABLE:
        return False
    await factors.add_passkey(
        db,
        factors.Passkey(
            made.credential_id,
            session.person_id,
            name[:60] or "Passkey",
            made.credential_public_key,
            made.sign_count,
            now,
            None,
        ),
    )
    return True


async def begin_authentication(
    db: AsyncConnection, session: sessions.Session, now: datetime, *, party: str
) -> str | None:
    """Options for `navigator.credentials.get`, as JSON; None when the person has no passkey."""
    known = (await factors.of_person(db, session.person_id)).passkeys
    if not known:
        return None
    options = webauthn.generate_authentication_options(
        rp_id=party,
        allow_credentials=[PublicKeyCredentialDescriptor(id=key.id) for key in known],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    await sessions.set_challenge(db, session.id, options.challenge, now)
    return options_to_json(options)


async def finish_authentication(
    db: AsyncConnection, session: sessions.Session, answer: str, now: datetime, *, issuer: str, party: str
) -> bool:
    """Whether one of the person's passkeys answered the challenge."""
    challenge = await _taken(db, session, now)
    if challenge is None:
        return False
    try:
        credential = parse_authentication_credential_json(answer)
        key = await factors.lock_passkey(db, session.person_id, credential.raw_id)
        if key is None:
            return False
        proven = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party,
            expected_origin=issuer,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )
    except UNREADABLE:
        return False
    await factors.use_passkey(db, key.id, proven.new_sign_count, now)
    return True


async def _taken(db: AsyncConnection, session: sessions.Session, now: datetime) -> bytes | None:
    await sessions.take_challenge(db, session.id)
    if session.challenge is None or session.challenge_at is None:
        return None
    return session.challenge if now - session.challenge_at < CHALLENGE_LIFE else None
