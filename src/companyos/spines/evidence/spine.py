"""The manifest of the evidence spine."""

from companyos.kernel.domain import Action, Domain, Job
from companyos.kernel.house import House

from . import api, sequencer
from .ledger import EvidenceLedger
from .settings import EvidenceSettings
from .tables import rows

SEQUENCE_SECONDS = 0.25
"""Pause between two passes of the sequencer: the newest record is never longer than a second without checkpoint."""


async def starts(house: House) -> None:
    """Become the house's ledger."""
    house.ledger = EvidenceLedger()


spine = Domain(
    name="evidence",
    title="Evidence",
    router=api.router,
    routes=api.routes,
    actions=(
        Action("evidence:audit.read", "Read the audit trail", risk="none"),
        Action("evidence:pack.read", "Download evidence packs", risk="none"),
    ),
    jobs=(Job("evidence.sequencer", sequencer.run, every=SEQUENCE_SECONDS),),
    rows=rows,
    settings=EvidenceSettings,
    starts=starts,
)
