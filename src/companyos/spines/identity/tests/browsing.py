"""A person at a browser, and the client that sends them to the issuer: what the tests of the issuer drive."""

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

import httpx
import pyotp

from companyos.kernel.work import MFA

PASSWORD = "correct horse battery staple"
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
CONSOLE = "companyos-console"
OTHER_CLIENT, OTHER_REDIRECT = "another", "https://another.example/back"
SCOPE = "openid profile email offline_access"


@dataclass(frozen=True, slots=True)
class Person:
    id: UUID
    email: str


@dataclass(slots=True)
class Browser:
    """Cookies and no redirects followed on their own: every step can be looked at."""

    url: str
    http: httpx.AsyncClient
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    @classmethod
    def at(cls, url: str) -> "Browser":
        return cls(url, httpx.AsyncClient(base_url=url, follow_redirects=False, timeout=20))

    async def get(self, path: str, **more: Any) -> httpx.Response:
        return await self.http.get(path, **more)

    async def send(self, path: str, page: httpx.Response, **fields: str) -> httpx.Response:
        """Fill in the form of a page and send it."""
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        return await self.http.post(path, data={**hidden, **fields}, headers={"Origin": self.url})

    def ask(self, **more: str) -> str:
        """The console's authorization request."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        asked = {
            "client_id": CONSOLE,
            "redirect_uri": f"{self.url}/signed-in",
            "response_type": "code",
            "scope": SCOPE,
            "state": "st",
            "nonce": "no",
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            **more,
        }
        return f"/oauth/authorize?{urlencode({k: v for k, v in asked.items() if v})}"

    async def enter(
        self, person: Person, *, password: str = PASSWORD, ask: str | None = None
    ) -> httpx.Response:
        """From the client's link through the password to whatever comes next."""
        begun = await self.get(ask or self.ask())
        assert begun.status_code == 303, begun.text
        page = await self.get(begun.headers["location"])
        return await self.send("/sign-in", page, email=person.email, password=password)

    async def follow(self, response: httpx.Response) -> httpx.Response:
        """Follow redirects within the issuer; stop at a page or at the client's address."""
        while response.status_code == 303 and not response.headers["location"].startswith(
            (f"{self.url}/signed-in", OTHER_REDIRECT)
        ):
            response = await self.get(response.headers["location"])
        return response

    async def code(self, person: Person, **asked: str) -> str:
        """Sign in and return the authorization code."""
        answer = await self.follow(await self.enter(person, ask=self.ask(**asked)))
        return answered(answer)["code"]

    async def exchange(self, code: str, **more: str) -> httpx.Response:
        return await self.http.post(
            "/oauth/token",
            data={
                "grant_type": "authorization_code",
                "client_id": CONSOLE,
                "redirect_uri": f"{self.url}/signed-in",
                "code": code,
                "code_verifier": self.verifier,
                **more,
            },
        )

    async def refresh(self, token: str, **more: str) -> httpx.Response:
        return await self.http.post(
            "/oauth/token",
            data={"grant_type": "refresh_token", "client_id": CONSOLE, "refresh_token": token, **more},
        )

    async def sign_in(self, person: Person, **asked: str) -> dict[str, Any]:
        """The tokens of a whole sign-in with the password."""
        answer = await self.exchange(await self.code(person, **asked))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def step_up(self, *, max_age: int = 300, code: str | None = None) -> httpx.Response:
        """Ask for a second factor in a signed-in browser, and give a one-time code."""
        page = await self.follow(await self.get(self.ask(acr_values=MFA, max_age=str(max_age))))
        sent = await self.send("/sign-in/second-factor", page, code=code or pyotp.TOTP(SEED).now())
        return await self.follow(sent)

    async def me(self, token: str) -> httpx.Response:
        return await self.http.get("/api/v1/me", headers={"Authorization": f"Bearer {token}".encode()})


def answered(response: httpx.Response) -> dict[str, str]:
    """What the issuer told the client through the browser."""
    assert response.status_code == 303, response.text
    return {k: v[0] for k, v in parse_qs(urlsplit(response.headers["location"]).query).items()}
