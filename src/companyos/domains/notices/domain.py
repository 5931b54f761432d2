"""The manifest of notices."""

from companyos.kernel.domain import Action, AuditEvent, Domain

from . import entities, reactions, steps
from .api import router
from .seed import seed
from .settings import NoticesSettings
from .tables import rows

domain = Domain(
    name="notices",
    title="Notices",
    router=router,
    actions=(
        Action("notices:channel.list", "See how people are reached", risk="none"),
        Action("notices:channel.read", "See a channel", risk="none", deny="hide"),
        Action("notices:channel.create", "Make a channel"),
        Action("notices:channel.remove", "Remove a channel"),
        Action("notices:notice.list", "See what was told", risk="none"),
        Action("notices:notice.read", "Read a notice", risk="none", deny="hide"),
        Action("notices:notice.send", "Tell a channel something"),
    ),
    audit=(
        AuditEvent("notices.channel.created", "A channel was made"),
        AuditEvent("notices.channel.removed", "A channel was removed"),
        AuditEvent("notices.notice.queued", "Somebody is to be told something"),
        AuditEvent("notices.notice.ended", "A notice was taken, or was given up"),
    ),
    reactions=(reactions.deliver, reactions.tell_of_broken_glass),
    entities={"notices.channel": entities.load_channel, "notices.notice": entities.load_notice},
    rows=rows,
    steps=steps.TYPES,
    settings=NoticesSettings,
    seed=seed,
)
