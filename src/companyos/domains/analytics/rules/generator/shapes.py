"""The lives that a made-up tenant can lead."""

from collections.abc import Mapping
from dataclasses import dataclass

CONSENT = "product_analytics"
PURPOSE = "product_improvement"


@dataclass(frozen=True, slots=True)
class Shape:
    """How many come to a product, how often, and how far they get.

    `joiners` come new in a week, `stays` is the share of them who go on from one week to the next. `weekday` and
    `weekend` are the shares who come on such a day, `again` is the share of errands that another one follows, and of
    visits that another one follows on the same day. `patience` is the share of steps that are not given up without a
    reason. `consents` is the share of people who agreed to product analytics: of the others there are no events.
    `busiest` is an hour of the day (UTC).
    """

    name: str
    region: str
    plan: str
    joiners: float
    stays: float
    weekday: float
    weekend: float
    again: float
    patience: float
    consents: float
    busiest: float
    roles: Mapping[str, float]
    devices: Mapping[str, float]


HIGH = Shape(
    name="high",
    region="eu-central",
    plan="enterprise",
    joiners=8.0,
    stays=0.95,
    weekday=0.62,
    weekend=0.12,
    again=0.42,
    patience=0.97,
    consents=0.92,
    busiest=10.0,
    roles={
        "platform_engineer": 0.42,
        "sre": 0.26,
        "security_analyst": 0.12,
        "support": 0.1,
        "tenant_admin": 0.06,
        "finance_ops": 0.04,
    },
    devices={"desktop": 0.86, "tablet": 0.09, "phone": 0.05},
)
"""High adoption: many people, most days, most of the product."""

LOW = Shape(
    name="low",
    region="us-east",
    plan="team",
    joiners=9.0,
    stays=0.7,
    weekday=0.3,
    weekend=0.03,
    again=0.12,
    patience=0.82,
    consents=0.74,
    busiest=16.0,
    roles={
        "tenant_admin": 0.34,
        "platform_engineer": 0.3,
        "support": 0.2,
        "security_analyst": 0.1,
        "finance_ops": 0.06,
    },
    devices={"desktop": 0.71, "phone": 0.22, "tablet": 0.07},
)
"""Low engagement: people look in, few come back, and much is given up half-way."""

SHAPES = {shape.name: shape for shape in (HIGH, LOW)}
