"""The manifest: the one symbol that compose reads."""

from companyos.kernel.domain import Action, AuditEvent, Domain, Job

from . import api, entities
from .service import news
from .service.frozen import verbs as frozen
from .settings import ConsoleSettings

domain = Domain(
    name="console",
    title="Console",
    router=api.router,
    actions=(
        Action("console:overview.read", "See the overview", risk="none"),
        Action("console:search.read", "Search", risk="none"),
        Action("console:news.read", "Hear when something changed", risk="none"),
        Action("console:frozen_view.create", "Freeze what a screen shows"),
        Action("console:frozen_view.list", "List one's frozen views", risk="none"),
        Action("console:frozen_view.administer", "List everybody's frozen views", risk="none"),
        Action("console:frozen_view.read", "Open a frozen view", risk="none", deny="hide"),
        Action("console:frozen_view.delete", "Delete a frozen view", deny="hide"),
    ),
    audit=(
        AuditEvent("console.frozen_view.created", "A view was frozen"),
        AuditEvent("console.frozen_view.deleted", "A frozen view was deleted"),
    ),
    entities={"console.frozen_view": entities.load_frozen_view},
    jobs=(Job("console.forget_frozen_views", frozen.forget_old, every=3600),),
    settings=ConsoleSettings,
    starts=news.start,
)
