"""The manifest of operations."""

from companyos.kernel.domain import Action, AuditEvent, Domain, Job

from . import entities, outside, reactions, steps
from .api import router
from .graph import graph
from .outside import receiver
from .public.ports import Deployments, Incidents, Services, ServiceSignals, Tallies
from .seed import seed
from .seed.own import keep_own_history
from .seed.traffic_history import keep_traffic_going
from .service import isolation, orders
from .service.answers import Catalogue, Releases, Sums, Troubles
from .service.signals import HeardSignals
from .settings import OperationsSettings
from .tables import rows

domain = Domain(
    name="operations",
    title="Operations",
    router=router,
    routes=(receiver.route,),
    actions=(
        Action("operations:service.list", "List services", risk="none"),
        Action("operations:service.read", "See a service", risk="none", deny="hide"),
        Action("operations:service.register", "Register a service"),
        Action("operations:service.import", "Import a service catalogue"),
        Action("operations:service.change", "Change a service"),
        Action("operations:service.archive", "Archive a service"),
        Action("operations:service.deploy", "Bring a version of a service out"),
        Action("operations:service.isolate", "Isolate a service", risk="high"),
        Action("operations:service.release", "Release an isolated service", risk="high"),
        Action("operations:service.set_log_level", "Say what a service writes into its logs"),
        Action("operations:deployment.list", "List deployments", risk="none"),
        Action("operations:deployment.read", "See a deployment", risk="none", deny="hide"),
        Action("operations:deployment.record", "Report a deployment"),
        Action("operations:deployment.import", "Import past deployments"),
        Action("operations:deployment.pause", "Pause a deployment", risk="high"),
        Action("operations:deployment.roll_back", "Roll back a deployment", risk="high"),
        Action("operations:deployment.redeploy", "Force a redeployment", risk="high"),
        Action("operations:hook.list", "List hooks", risk="none"),
        Action("operations:hook.read", "See a hook", risk="none", deny="hide"),
        Action("operations:hook.create", "Make a hook"),
        Action("operations:hook.revoke", "Revoke a hook"),
        Action("operations:incident.list", "List incidents", risk="none"),
        Action("operations:incident.read", "See an incident", risk="none", deny="hide"),
        Action("operations:incident.open", "Open an incident"),
        Action("operations:incident.change", "Change an incident"),
        Action("operations:incident.acknowledge", "Acknowledge an incident"),
        Action("operations:incident.mitigate", "Mark an incident as mitigated"),
        Action("operations:incident.resolve", "Resolve an incident"),
        Action("operations:incident.note", "Write into an incident's timeline"),
    ),
    audit=(
        AuditEvent("operations.service.registered", "A service was registered"),
        AuditEvent("operations.service.changed", "A service was changed"),
        AuditEvent("operations.service.archived", "A service was archived"),
        AuditEvent("operations.service.isolated", "A service was isolated", risk="high"),
        AuditEvent("operations.service.released", "An isolated service was released", risk="high"),
        AuditEvent("operations.service.log_level_asked", "A service is to write other log entries"),
        AuditEvent("operations.service.log_level_set", "A service was told which log entries to write"),
        AuditEvent("operations.deployment.recorded", "A deployment was reported"),
        AuditEvent("operations.deployment.imported", "Past deployments were imported"),
        AuditEvent("operations.deployment.started", "A deployment began to run"),
        AuditEvent("operations.deployment.finished", "A deployment ended"),
        AuditEvent("operations.deployment.paused", "A deployment was paused", risk="high"),
        AuditEvent("operations.deployment.rolled_back", "A deployment was rolled back", risk="high"),
        AuditEvent("operations.deployment.redeployed", "A version was forced out again", risk="high"),
        AuditEvent("operations.hook.created", "A hook was made"),
        AuditEvent("operations.hook.revoked", "A hook was revoked"),
        AuditEvent("operations.incident.opened", "An incident was opened"),
        AuditEvent("operations.incident.changed", "An incident was changed"),
        AuditEvent("operations.incident.acknowledged", "An incident was acknowledged"),
        AuditEvent("operations.incident.mitigated", "An incident was mitigated"),
        AuditEvent("operations.incident.resolved", "An incident was resolved"),
        AuditEvent("operations.incident.noted", "A note was written into an incident"),
    ),
    reactions=(
        reactions.send_pause,
        reactions.send_roll_back,
        reactions.send_redeployment,
        reactions.send_log_level,
    ),
    graph=graph,
    answers={
        Services: Catalogue,
        Deployments: Releases,
        Incidents: Troubles,
        ServiceSignals: HeardSignals,
        Tallies: Sums,
    },
    entities={
        "operations.service": entities.load_service,
        "operations.deployment": entities.load_deployment,
        "operations.hook": entities.load_hook,
        "operations.incident": entities.load_incident,
    },
    previews={
        **{f"operations:deployment.{verb}": orders.preview_of(verb) for verb in orders.VERBS},
        **{f"operations:service.{verb}": isolation.preview_of(verb) for verb in isolation.VERBS},
    },
    rows=rows,
    steps=steps.TYPES,
    settings=OperationsSettings,
    starts=outside.open_all,
    stops=outside.close_all,
    jobs=(
        Job("operations.demo_traffic", keep_traffic_going, every=60.0),
        Job("operations.demo_history", keep_own_history, every=300.0),
    ),
    seed=seed,
)
