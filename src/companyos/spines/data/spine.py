"""The manifest of the data spine."""

from companyos.kernel.domain import Action, AuditEvent, Domain, Job
from companyos.kernel.house import House
from companyos.kernel.ports.keys import KeyRing

from . import entities
from .api import router
from .erased import Erased
from .places import Places
from .pseudonyms import PseudonymKeys
from .registry import Registry
from .service import erasing, wiping
from .settings import DataSettings
from .tables import rows
from .withdrawn import Withdrawn


async def starts(house: House) -> None:
    """Read the built-in schemas of every part. Raises ValueError naming the file that cannot be used."""
    house.adapters[Registry] = Registry(house)
    house.adapters[Withdrawn] = Withdrawn(house)
    house.adapters[Erased] = Erased(house)
    house.adapters[Places] = Places()
    house.adapters[PseudonymKeys] = PseudonymKeys(house.adapter(KeyRing), remembered=0)


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
        Action("data:erasure.list", "See who is to be forgotten", risk="none"),
        Action("data:erasure.read", "See an erasure", risk="none", deny="hide"),
        Action("data:erasure.request", "Ask that a person be forgotten"),
        Action("data:erasure.withdraw", "Take that back"),
        Action(erasing.CARRY_OUT, "Erase a person everywhere", risk="high"),
    ),
    audit=(
        AuditEvent("data.erasure.requested", "Somebody asked that a person be forgotten"),
        AuditEvent("data.erasure.withdrawn", "Such a request was taken back"),
        AuditEvent("data.erasure.begun", "A person is being erased", risk="high"),
        AuditEvent("data.erasure.certified", "A person was erased, and a certificate says where"),
        AuditEvent("data.schema.registered", "A schema was registered"),
        AuditEvent("data.schema.evolved", "A schema has another version"),
        AuditEvent("data.consent.given", "Somebody agreed that events of theirs are collected"),
        AuditEvent("data.consent.withdrawn", "Somebody refused that, or took it back"),
    ),
    entities={
        "data.schema": entities.load_schema,
        "data.consent": entities.load_consents,
        "data.erasure": entities.load_erasure,
    },
    rows=rows,
    previews={erasing.CARRY_OUT: erasing.preview},
    jobs=(
        Job("data.erasure", wiping.wipe, every=5.0),
        Job("data.erased_keys", wiping.forget_keys, every=86_400.0),
    ),
    settings=DataSettings,
    starts=starts,
)
