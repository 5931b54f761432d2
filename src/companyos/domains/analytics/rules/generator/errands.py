"""What people come to a console for, step by step: the funnels of the events that are made up."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["page", "act", "search", "goal"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a page's route, an action of policy, or a goal's name. `given_up` is the share who get no further;
    of an act, `refused` is the share who may not do it.
    """

    kind: Kind
    what: str = ""
    given_up: float = 0.0
    refused: float = 0.0


@dataclass(frozen=True, slots=True)
class Errand:
    """Why somebody came. `feature` is what its acts and its goal belong to; `roles` says how often whom it brings."""

    feature: str
    roles: Mapping[str, float]
    steps: tuple[Step, ...]


def page(route: str, given_up: float = 0.04) -> Step:
    return Step("page", route, given_up)


def act(action: str, given_up: float = 0.06, refused: float = 0.0) -> Step:
    return Step("act", action, given_up, refused)


def goal(name: str) -> Step:
    return Step("goal", name)


def feature_of(route: str) -> str:
    """The part of the console that a route belongs to: its first segment; `/` is the overview."""
    return route.split("/")[1] or "overview"


ENGINEERS = {"platform_engineer": 1.0, "sre": 1.0}
EVERYBODY = {
    "platform_engineer": 1.0,
    "sre": 1.0,
    "security_analyst": 1.0,
    "support": 1.2,
    "tenant_admin": 1.0,
    "finance_ops": 1.2,
}

ERRANDS: Mapping[str, Errand] = {
    "look": Errand(
        "services", EVERYBODY, (page("/", 0.2), page("/services", 0.3), page("/services/:name", 0.3))
    ),
    "find": Errand("search", EVERYBODY, (Step("search", given_up=0.15), page("/services/:name"))),
    "incident": Errand(
        "incidents",
        {"sre": 1.6, "platform_engineer": 0.5, "support": 0.4},
        (
            page("/incidents", 0.1),
            page("/incidents/:id", 0.12),
            act("operations:incident.acknowledge"),
            page("/services/:name"),
            act("operations:incident.mitigate", 0.1),
            act("operations:incident.resolve", 0.05),
            goal("incident_resolved"),
        ),
    ),
    "release": Errand(
        "deployments",
        {"platform_engineer": 1.2, "sre": 0.9},
        (
            page("/deployments", 0.25),
            page("/deployments/:id", 0.35),
            act("operations:deployment.roll_back", 0.25, 0.08),
            goal("deployment_rolled_back"),
        ),
    ),
    "register": Errand(
        "services",
        {"platform_engineer": 0.35, "tenant_admin": 0.2},
        (page("/services", 0.3), act("operations:service.register", 0.2), goal("service_registered")),
    ),
    "plan": Errand(
        "plans",
        {"platform_engineer": 0.7, "sre": 0.5},
        (
            page("/plans", 0.2),
            page("/plans/:name", 0.2),
            act("maestro:plan.dry_run", 0.25),
            act("maestro:run.start", 0.08, 0.1),
            page("/runs/:id", 0.05),
            goal("plan_started"),
        ),
    ),
    "policy": Errand(
        "policies",
        {"security_analyst": 0.9, "tenant_admin": 0.5},
        (
            page("/policies", 0.3),
            page("/policies/propose", 0.3),
            act("policy:set.simulate", 0.2),
            act("policy:set.propose", 0.1, 0.05),
            goal("policy_proposed"),
        ),
    ),
    "prove": Errand(
        "evidence",
        {"security_analyst": 1.0, "finance_ops": 0.8},
        (
            page("/audit", 0.2),
            page("/evidence", 0.15),
            page("/evidence/:id", 0.1),
            act("evidence:pack.read"),
            goal("evidence_downloaded"),
        ),
    ),
    "approve": Errand(
        "approvals",
        {"tenant_admin": 0.8, "security_analyst": 0.3},
        (page("/approvals", 0.15), act("identity:elevation.approve", 0.1, 0.06), goal("elevation_decided")),
    ),
    "people": Errand(
        "admin",
        {"tenant_admin": 0.7, "support": 0.3},
        (page("/admin", 0.3), act("identity:person.invite", 0.3, 0.04), goal("person_invited")),
    ),
}
