"""One-time codes with which invited people set their first password."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from companyos.kernel.work import Work

from ..handles import digest
from ..one_time import ALPHABET
from ..settings import IdentitySettings
from ..store import people


async def invitation_for(work: Work, person: UUID) -> tuple[str, datetime]:
    """A new one-time code and when it expires; only its digest is kept."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(20))
    expires_at = work.now + timedelta(hours=work.settings(IdentitySettings).invitation_hours)
    await people.add_invitation(work.db, digest(code), person, expires_at)
    return "-".join(code[i : i + 4] for i in range(0, 20, 4)), expires_at
