"""The values of the secrets that plans name: read when they are needed, kept nowhere."""

import json
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path

from companyos.kernel.steps import SecretRef, StepFailed
from companyos.kernel.work import Work
from companyos.spines.identity.public import slug_of

from ..settings import MaestroSettings


def secret_of(work: Work) -> Callable[[SecretRef], Awaitable[str]]:
    """How a step asks for a secret of the Work's tenant. Raises StepFailed, which names it and never tells it."""

    async def value(ref: SecretRef) -> str:
        path = work.settings(MaestroSettings).secrets
        if path is None:
            raise StepFailed(
                f"There is no secret {ref}: COMPANYOS_MAESTRO_SECRETS names no file.", again=False
            )
        found = _read(path).get(await slug_of(work))
        if not isinstance(found, dict) or not isinstance(found.get(ref), str):
            raise StepFailed(f"The tenant has no secret {ref}.", again=False)
        return str(found[ref])

    return value


def _read(path: Path) -> dict[str, object]:
    try:
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise StepFailed(f"Others may read {path.name}; `chmod 600` it first.", again=False)
        found = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise StepFailed(
            f"The file of secrets cannot be read: {type(error).__name__}.", again=False
        ) from None
    return found if isinstance(found, dict) else {}
