"""Compose: settings → adapters → spines → domains → one ASGI application. Nothing is listed by hand."""

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp

import companyos.domains
import companyos.spines
from companyos.kernel.domain import Domain, discover, partners
from companyos.kernel.house import House
from companyos.kernel.logs import configure_logs
from companyos.kernel.settings import Settings, read_settings
from companyos.kernel.work import Work

from .boundary import Boundary
from .console import ASSETS, PAGE
from .limits import Limits
from .manners import Manners
from .openapi import describe, operation_id
from .problem_json import tell_problems
from .transactions import Transactions

APP = Domain(name="app", title="Boundary", folder=Path(__file__).parent)
"""The boundary's own tables (outbox, inbox, answers) migrate like everybody's."""


def parts() -> tuple[Domain, ...]:
    """The app, every spine, every domain, every installed partner's domain."""
    spines = sorted(
        discover(companyos.spines, "spine"), key=lambda part: companyos.spines.ORDER.index(part.name)
    )
    return (APP, *spines, *discover(companyos.domains, "domain"), *partners())


def compose(settings: Settings | None = None, **overrides: Any) -> House:
    """A house of all parts, with their settings and answers; nothing is started, connected or opened yet.

    `overrides` replace settings of the house. Raises ValueError when two parts answer the same port.
    """
    settings = (settings or read_settings(Settings)).model_copy(update=overrides)
    configure_logs(settings.log_level)
    found = parts()
    house = House(settings=settings, parts=found, answers=_answers(found))
    house.part_settings = {part.settings: read_settings(part.settings) for part in found if part.settings}
    house.begin = Transactions(house)
    return house


def asgi(house: House) -> ASGIApp:
    """The application of a started house."""
    app = FastAPI(
        title="CompanyOS",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=operation_id,
        redirect_slashes=False,
    )
    app.state.house = house
    for part in house.parts:
        app.router.routes.extend(part.routes)
        if part.router is not None:
            app.include_router(part.router, prefix="/api/v1")
    app.router.routes.extend([ASSETS, PAGE])
    tell_problems(app)
    describe(app, version("companyos"))
    wrapped: ASGIApp = Boundary(app, house)
    for part in house.parts:
        if part.middleware is not None:
            wrapped = part.middleware(wrapped, house)
    bulk = frozenset[str]().union(*(part.bulk for part in house.parts))
    return Manners(Limits(wrapped, house.settings, bulk=bulk))


def _answers(found: tuple[Domain, ...]) -> dict[type, Callable[[Work], Any]]:
    answers: dict[type, Callable[[Work], Any]] = {}
    for part in found:
        for port, answer in part.answers.items():
            if port in answers:
                raise ValueError(f"two parts answer {port.__name__}; the second is {part.name}")
            answers[port] = answer
    return answers
