"""The manifest of the data spine."""

from companyos.kernel.domain import Action, AuditEvent, Domain
from companyos.kernel.house import House

from . import entities
from .api import router
from .registry import Registry
from .settings import DataSettings
from .tables import rows
from .withdrawn import Withdrawn


async def starts(house: House) -> None:
    """Read the built-in schemas of every part. Raises ValueError naming the file that cannot be used."""
    house.adapters[Registry] = Registry(house)
    house.adapters[Withdrawn] = Withdrawn(house)


spine = Domain(
    name="data",
    title="Data",
    router=router,
    actions=(
        Action("data:schema.list", "See which schemas there are", risk="none"),
        Action("data:schema.read", "See a schema", risk="none", deny="hide"),
        Action("data:schema.check", "Look what a schema would change", risk="none"),
        Action("data:schema.register", "Register a schema"),
        Action("data:schema.evolve", "Change a schema"),
        Action("data:consent.read", "See what you agreed to", risk="none"),
        Action("data:consent.give", "Agree that events of yours are collected"),
        Action("data:consent.withdraw", "Refuse that, or take it back"),
    ),
    audit=(
        AuditEvent("data.schema.registered", "A schema was registered"),
        AuditEvent("data.schema.evolved", "A schema has another version"),
        AuditEvent("data.consent.given", "Somebody agreed that events of theirs are collected"),
        AuditEvent("data.consent.withdrawn", "Somebody refused that, or took it back"),
    ),
    entities={"data.schema": entities.load_schema, "data.consent": entities.load_consents},
    rows=rows,
    settings=DataSettings,
    starts=starts,
)
