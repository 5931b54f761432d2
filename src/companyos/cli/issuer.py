"""The client's side of OpenID Connect: discovery, device flow, refresh, revocation.

After OpenID Connect Discovery 1.0, RFC 8628 (device flow), RFC 6749 §6 (refresh), RFC 7009 (revocation) and RFC 9470
(`acr_values` and `max_age`).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from companyos.kernel.decision import Reason, Remedy
from companyos.kernel.problems import Problem

CLIENT = "companyos-cli"
SCOPE = "openid offline_access"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
SLOWER_SECONDS = 5
AGAIN = Remedy("sign_in", "Run `companyos login` to sign in.")
ELSEWHERE = Remedy("fix_input", "Run `companyos whoami` to see where you are a member.")


class SignInFailed(Problem):
    """The issuer did not sign anybody in."""

    status, code, title = 401, "sign_in_failed", "Signing in did not work"


@dataclass(frozen=True, slots=True)
class Device:
    """What the person must do: open `uri` and enter `code`, or open `whole`, which holds the code."""

    uri: str
    code: str
    whole: str | None


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the issuer gave. `expires_at` is in Unix seconds of this computer's clock."""

    access: str
    expires_at: float
    refresh: str | None


class Issuer:
    """An issuer that was discovered."""

    def __init__(self, http: httpx.Client, issuer: str) -> None:
        self.url = issuer.rstrip("/")
        self._http = http
        self._metadata: dict[str, Any] | None = None

    def device_flow(self, tell: Callable[[Device], None], **asked: str | None) -> Tokens:
        """Sign a person in: `tell` shows the code, then wait until they approved it.

        `asked` may hold `tenant`, `environment`, `acr_values` and `max_age`. Raises SignInFailed.
        """
        form = {"client_id": CLIENT, "scope": SCOPE, **{k: v for k, v in asked.items() if v}}
        answer = self._post("device_authorization_endpoint", form)
        tell(Device(answer["verification_uri"], answer["user_code"], answer.get("verification_uri_complete")))
        return self._wait(answer)

    def _wait(self, answer: dict[str, Any]) -> Tokens:
        interval = float(answer.get("interval", 5))
        deadline = time.monotonic() + float(answer["expires_in"])
        form = {"client_id": CLIENT, "grant_type": DEVICE_GRANT, "device_code": answer["device_code"]}
        while time.monotonic() < deadline:
            time.sleep(interval)
            try:
                return _tokens(self._post("token_endpoint", form))
            except SignInFailed as failed:
                if failed.reasons[0].code == "slow_down":
                    interval += SLOWER_SECONDS
                elif failed.reasons[0].code != "authorization_pending":
                    raise
        raise _failed("expired_token", "Nobody approved the code in time.")

    def refresh(self, token: str, tenant: str | None = None, environment: str | None = None) -> Tokens:
        """New tokens for a refresh token, of another tenant or environment when asked. Raises SignInFailed."""
        form = {"client_id": CLIENT, "grant_type": "refresh_token", "refresh_token": token}
        form |= {"tenant": tenant} if tenant else {}
        form |= {"environment": environment} if environment else {}
        return _tokens(self._post("token_endpoint", form))

    def revoke(self, token: str) -> None:
        """End the sign-in that a refresh token belongs to."""
        self._post(
            "revocation_endpoint", {"client_id": CLIENT, "token": token, "token_type_hint": "refresh_token"}
        )

    def _post(self, endpoint: str, form: dict[str, str]) -> dict[str, Any]:
        response = self._http.post(self._endpoint(endpoint), data=form)
        answer = _json(response)
        if response.is_success:
            return answer
        code = str(answer.get("error") or answer.get("code") or response.status_code)
        raise _failed(code, str(answer.get("error_description") or answer.get("detail") or code))

    def _endpoint(self, name: str) -> str:
        if self._metadata is None:
            self._metadata = self._discover()
        url = str(self._metadata.get(name, ""))
        if not url:
            raise _failed("not_supported", f"The issuer {self.url} has no {name.replace('_', ' ')}.")
        return url

    def _discover(self) -> dict[str, Any]:
        response = self._http.get(f"{self.url}/.well-known/openid-configuration")
        found = _json(response) if response.is_success else {}
        if str(found.get("issuer", "")).rstrip("/") != self.url:
            if "issuer" not in found:
                raise _failed("not_an_issuer", f"{self.url} is no OpenID Connect issuer.")
            sentence = f"{self.url} calls itself {found['issuer']}."
            remedy = Remedy("fix_input", f"Run: companyos --url {found['issuer']} login")
            raise SignInFailed(sentence, reasons=[Reason("other_name", sentence, None, remedy)])
        return found


def _tokens(answer: dict[str, Any]) -> Tokens:
    expires = time.time() + float(answer.get("expires_in", 60))
    return Tokens(str(answer["access_token"]), expires, answer.get("refresh_token"))


def _json(response: httpx.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        answer = None
    return answer if isinstance(answer, dict) else {}


def _failed(code: str, sentence: str) -> SignInFailed:
    remedy = ELSEWHERE if code == "invalid_target" else AGAIN
    return SignInFailed(sentence, reasons=[Reason(code, sentence, None, remedy)])
