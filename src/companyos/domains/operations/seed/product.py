"""The invented products of the demo tenants: which services there are and how they behave."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoService:
    """One service. `rps` at the busiest hour, `p50_ms` when well, `deploys` a week, `faults` a month.

    `strain` is the share of its error budget that it burns without any fault; above 1 it never meets its objective.
    """

    name: str
    title: str
    tier: str
    owner: str
    objective: float
    rps: float
    p50_ms: float
    deploys: float
    faults: int
    depends_on: tuple[str, ...] = ()
    operations: tuple[str, ...] = ("GET /", "POST /")
    strain: float = 0.3


CLOUD = (
    DemoService("edge-gateway", "Edge gateway", "t0", "edge", 0.9995, 412, 9, 3, 1,
                ("session-store", "tenant-registry"), ("GET /{path}", "POST /{path}")),
    DemoService("checkout", "Checkout", "t0", "commerce", 0.999, 64, 48, 5, 3,
                ("payments", "catalogue", "event-bus"), ("POST /orders", "GET /basket")),
    DemoService("payments", "Payments", "t0", "commerce", 0.9995, 31, 95, 2, 2,
                ("ledger-writer",), ("POST /charges", "POST /refunds")),
    DemoService("ledger-writer", "Ledger writer", "t0", "finance", 0.9999, 38, 14, 1, 1,
                ("event-bus",), ("POST /entries",)),
    DemoService("catalogue", "Catalogue", "t1", "commerce", 0.999, 180, 21, 4, 1,
                ("search-indexer",), ("GET /products", "GET /products/{id}")),
    DemoService("search-indexer", "Search indexer", "t2", "discovery", 0.995, 22, 130, 3, 2,
                ("event-bus",), ("POST /documents",), 0.8),
    DemoService("event-bus", "Event bus", "t0", "platform", 0.9999, 640, 3, 1, 0,
                (), ("publish", "consume")),
    DemoService("tenant-registry", "Tenant registry", "t1", "platform", 0.999, 55, 12, 1, 0,
                (), ("GET /tenants/{id}",)),
    DemoService("session-store", "Session store", "t1", "edge", 0.9995, 390, 2, 1, 1,
                (), ("GET /session", "PUT /session")),
    DemoService("notifications", "Notifications", "t2", "engagement", 0.99, 16, 60, 4, 1,
                ("event-bus",), ("POST /messages",)),
    DemoService("import-worker", "Import worker", "t2", "data", 0.99, 4, 640, 2, 1,
                ("event-bus", "ledger-writer"), ("run import",)),
    DemoService("web-app", "Web app", "t1", "experience", 0.999, 120, 33, 9, 2,
                ("edge-gateway", "checkout", "catalogue"), ("GET /", "GET /account"), 1.6),
)  # fmt: skip

BANK = (
    DemoService("customer-portal", "Customer portal", "t0", "channels", 0.999, 28, 70, 2, 1,
                ("core-bridge", "statement-export"), ("GET /accounts", "POST /transfers")),
    DemoService("core-bridge", "Core banking bridge", "t0", "core", 0.9995, 35, 40, 0.5, 1,
                ("fraud-screen",), ("POST /bookings",)),
    DemoService("fraud-screen", "Fraud screen", "t1", "risk", 0.999, 33, 25, 1, 0,
                (), ("POST /screenings",)),
    DemoService("statement-export", "Statement export", "t2", "channels", 0.99, 2, 900, 1, 1,
                ("core-bridge",), ("run export",)),
)  # fmt: skip

PRODUCTS = {"operations": CLOUD, "administration": BANK}
