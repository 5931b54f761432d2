"""One run's connection: which CompanyOS, with whose sign-in, renewed when it is due."""

import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import msgspec
import typer

from companyos.kernel.command import session
from companyos.kernel.decision import Reason, Remedy
from companyos.kernel.problems import Problem

from .client import Client
from .credentials import Credentials, Store
from .issuer import Device, Issuer, SignInFailed, Tokens
from .remote import HttpRemote

DEFAULT_URL = "http://localhost:8700"  # as `companyos up` calls itself: the name is part of a sign-in
SOON_SECONDS = 15


class SignedOut(Problem):
    """There is no sign-in for this address."""

    status, code, title = 401, "signed_out", "You are not signed in"

    def __init__(self, url: str) -> None:
        sentence = f"There is no sign-in at {url}."
        remedy = Remedy("sign_in", f"Run: companyos --url {url} login")
        super().__init__(sentence, reasons=[Reason(self.code, sentence, None, remedy)])


@dataclass(slots=True)
class Given:
    """A bearer token from `COMPANYOS_TOKEN`, for scripts; it is used as it is."""

    token: str

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def renew(self) -> bool:
        return False

    def step_up(self, acr: str, max_age: str) -> bool:
        return False


class Connection:
    """A CompanyOS at `url` and the sign-in kept for it. A sign-in is never sent to another address."""

    def __init__(self, url: str | None, profile: str, every_page: Any) -> None:
        self.store = Store(profile)
        kept = self.store.read() if url is None and "COMPANYOS_TOKEN" not in os.environ else None
        self.url = (url or (kept.url if kept else DEFAULT_URL)).rstrip("/")
        self.http = Client(self.url)
        token = os.environ.get("COMPANYOS_TOKEN")
        self.remote = HttpRemote(self.http, Given(token) if token else self, every_page)

    def credentials(self) -> Credentials:
        """The kept sign-in of this address. Raises SignedOut."""
        kept = self.store.read()
        if kept is None or kept.url != self.url:
            raise SignedOut(self.url)
        return kept

    def headers(self) -> dict[str, str]:
        known = self.credentials()
        if known.expires_at - time.time() < SOON_SECONDS:
            known = self.refresh(known)
        context = {"CompanyOS-Tenant": known.tenant, "CompanyOS-Environment": known.environment}
        return {"Authorization": f"Bearer {known.access_token}", **{k: v for k, v in context.items() if v}}

    def renew(self) -> bool:
        known = self.credentials()
        if known.refresh_token is None:
            return False
        self.refresh(known)
        return True

    def refresh(
        self, known: Credentials, tenant: str | None = None, environment: str | None = None
    ) -> Credentials:
        """Turn the refresh token into new tokens, once, however many runs want to at the same time."""
        with self.store.locked():
            current = self.credentials()
            if current.access_token != known.access_token and tenant is None and environment is None:
                return current  # another run was faster
            if current.refresh_token is None:
                raise SignedOut(self.url)
            try:
                tokens = self.issuer(current.issuer).refresh(
                    current.refresh_token, tenant or current.tenant, environment or current.environment
                )
            except SignInFailed as failed:
                if failed.reasons[0].code == "invalid_grant" and tenant is None and environment is None:
                    self.store.forget()
                raise
            return self._keep(current.issuer, tokens, current.refresh_token)

    def sign_in(self, issuer: str | None, asked: Mapping[str, str | None], only: str = "") -> Credentials:
        """Sign a person in by device flow and keep it; with `only`, refuse anybody but that person."""
        at = (issuer or self.url).rstrip("/")
        tokens = self.issuer(at).device_flow(_show, **asked)
        with self.store.locked():
            return self._keep(at, tokens, None, only)

    def step_up(self, acr: str, max_age: str) -> bool:
        """Ask the person for a fresh second factor at once, when somebody sits at this terminal."""
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            return False
        known = self.credentials()
        print("This needs a fresh second factor.", file=sys.stderr)
        asked = {
            "acr_values": acr,
            "max_age": max_age,
            "tenant": known.tenant,
            "environment": known.environment,
        }
        self.sign_in(known.issuer, asked, only=known.subject)
        return True

    def issuer(self, url: str) -> Issuer:
        return Issuer(self.http, url)

    def _keep(self, issuer: str, tokens: Tokens, before: str | None, only: str = "") -> Credentials:
        fresh = Credentials(
            url=self.url,
            issuer=issuer,
            access_token=tokens.access,
            expires_at=tokens.expires_at,
            refresh_token=tokens.refresh or before,
        )
        if not only:
            self.store.write(fresh)  # a rotated refresh token must not get lost, whatever comes next
        me = HttpRemote(self.http, Given(tokens.access), lambda: False).get("/me")
        subject = me["person"]["id"]
        if only and subject != only:
            raise SignInFailed("Somebody else confirmed; nothing was sent.")
        fresh = msgspec.structs.replace(
            fresh, subject=subject, tenant=me["tenant"]["slug"], environment=me["environment"]
        )
        self.store.write(fresh)
        return fresh


def connection(ctx: typer.Context) -> Connection:
    """The Connection that the options of this run ask for."""
    given = ctx.find_root().params
    return Connection(
        cast("str | None", given.get("url")), str(given["profile"]), lambda: session(ctx).every_page
    )


def _show(device: Device) -> None:
    print(f"Open {device.whole or device.uri}\nand confirm the code {device.code}", file=sys.stderr)
    print("Waiting …", file=sys.stderr, flush=True)
