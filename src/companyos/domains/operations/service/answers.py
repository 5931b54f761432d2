"""Answers what other domains ask of operations; each question is permitted like its page."""

from datetime import datetime

from companyos.kernel.work import Work

from .. import store
from ..public.ports import Standing, Totals
from ..public.types import Deployment, Incident, Service, Status
from . import services


class Catalogue:
    """The port `Services`, for one Work."""

    def __init__(self, work: Work):
        self.work = work

    async def named(self, name: str) -> Service:
        service = await store.Services(self.work).named(name, seen=True)
        await self.work.permit("operations:service.read", on=service)
        return service

    async def all(self) -> list[Service]:
        await self.work.permit("operations:service.list", on=self.work.tenancy)
        return await store.Services(self.work).all()

    async def standings(self) -> list[Standing]:
        return await services.list_services(self.work)


class Releases:
    """The port `Deployments`, for one Work."""

    def __init__(self, work: Work):
        self.work = work

    async def latest(self, limit: int) -> list[Deployment]:
        await self.work.permit("operations:deployment.list", on=self.work.tenancy)
        return await store.Deployments(self.work).page(service="", status="", after=None, limit=limit)

    async def tally(self, since: datetime) -> dict[Status, int]:
        await self.work.permit("operations:deployment.list", on=self.work.tenancy)
        return await store.Deployments(self.work).tally(since)


class Sums:
    """The port `Tallies`, for one Work."""

    def __init__(self, work: Work):
        self.work = work

    async def totals(self, since: datetime) -> Totals:
        await self.work.permit("identity:tenant.span", on=self.work.tenancy)
        return await store.totals(self.work, since)


class Troubles:
    """The port `Incidents`, for one Work."""

    def __init__(self, work: Work):
        self.work = work

    async def active(self) -> list[Incident]:
        await self.work.permit("operations:incident.list", on=self.work.tenancy)
        found = await store.Incidents(self.work).active()
        return sorted(found, key=lambda one: one.severity)
