"""The manifest of the graph spine."""

from companyos.kernel.domain import Action, Domain

from .api import router
from .public.ports import Graph
from .reactions import followers
from .service.ask import Answers
from .settings import GraphSettings
from .store.seeing import rows

spine = Domain(
    name="graph",
    title="IntelGraph",
    router=router,
    actions=(
        Action("graph:entity.read", "See entities of this type in the graph", risk="none", deny="hide"),
        Action("graph:change.list", "See what changed in the graph", risk="none"),
    ),
    reacts=followers,
    answers={Graph: Answers},
    rows=(rows,),
    settings=GraphSettings,
)
