"""The manifest of the data spine."""

from companyos.kernel.domain import Action, AuditEvent, Domain
from companyos.kernel.house import House

from . import entities
from .api import router
from .registry import Registry
from .settings import DataSettings
from .tables import rows


async def starts(house: House) -> None:
    """Read the built-in schemas of every part. Raises ValueError naming the file that cannot be used."""
    house.adapters[Registry] = Registry(house)


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
    ),
    audit=(
        AuditEvent("data.schema.registered", "A schema was registered"),
        AuditEvent("data.schema.evolved", "A schema has another version"),
    ),
    entities={"data.schema": entities.load_schema},
    rows=rows,
    settings=DataSettings,
    starts=starts,
)
