"""The manifest: the one symbol that compose reads."""

from companyos.kernel.domain import Action, Domain

from . import api
from .service import news
from .settings import ConsoleSettings

domain = Domain(
    name="console",
    title="Console",
    router=api.router,
    actions=(
        Action("console:overview.read", "See the overview", risk="none"),
        Action("console:search.read", "Search", risk="none"),
        Action("console:news.read", "Hear when something changed", risk="none"),
    ),
    settings=ConsoleSettings,
    starts=news.start,
)
