"""The Remote of the command line: HTTP with the kept sign-in, and answers or Problems in return."""

import re
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import httpx

from companyos.kernel.decision import Reason, Remedy
from companyos.kernel.ids import new_id
from companyos.kernel.problems import Problem

API = "/api/v1"
PATIENCE_SECONDS = 10
WAITS = 2
PARAMETER = re.compile(r'(\w+)="([^"]*)"')
SIGN_IN = Remedy("sign_in", "Run `companyos login`, then the same command again.")
STEP_UP = Remedy("step_up", "Run `companyos login --mfa`, then the same command again.")


class Told(Problem):
    """A problem as the server told it."""

    def __init__(self, response: httpx.Response) -> None:
        document = _document(response)
        self.status = response.status_code
        self.code = str(document.get("code", "http_error"))
        self.title = str(document.get("title", f"The server answered {response.status_code}"))
        self.request_id = str(document.get("request_id") or response.headers.get("x-request-id", ""))
        detail = str(document.get("detail") or response.reason_phrase)
        super().__init__(detail, reasons=[_reason(r) for r in document.get("reasons", [])])


class Bearer(Protocol):
    """Whoever holds the access token. `renew` and `step_up` return whether a new one is there to try again with."""

    def headers(self) -> dict[str, str]: ...
    def renew(self) -> bool: ...
    def step_up(self, acr: str, max_age: str) -> bool: ...


class HttpRemote:
    """A Remote over HTTP. A request that is sent again keeps its Idempotency-Key, so it happens once."""

    def __init__(self, http: httpx.Client, bearer: Bearer, every_page: Callable[[], bool]) -> None:
        self._http = http
        self._bearer = bearer
        self._every_page = every_page

    def get(self, path: str, **query: Any) -> Any:
        """Read; of a list the asked page, or every page when the person said `--all`."""
        asked = {k: v for k, v in query.items() if v is not None}
        answer = self._send("GET", path, params=asked).json()
        if not (self._every_page() and isinstance(answer, dict) and "items" in answer):
            return answer
        cursor = answer.get("next")
        while cursor:
            page = self._send("GET", path, params=asked | {"cursor": cursor}).json()
            answer["items"] += page["items"]
            cursor = page.get("next")
        return answer | {"next": None}

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        return _answer(self._send("POST", path, json=body, headers={"Idempotency-Key": str(new_id())}))

    def put(self, path: str, body: Mapping[str, Any]) -> Any:
        return _answer(self._send("PUT", path, json=body))

    def patch(self, path: str, body: Mapping[str, Any]) -> Any:
        return _answer(self._send("PATCH", path, json=body))

    def delete(self, path: str) -> Any:
        return _answer(self._send("DELETE", path))

    def download(self, path: str) -> bytes:
        return self._send("GET", path).content

    def _send(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, **rest: Any
    ) -> httpx.Response:
        """Send, and again when a newer token, a second factor or a short wait may make the difference."""
        cures = [self._renew, self._step_up, *[self._wait] * WAITS]
        while True:
            held = {**(headers or {}), **self._bearer.headers()}
            response = self._http.request(method, API + path, headers=held, **rest)
            if response.is_success:
                return response
            cure = next((c for c in cures if c(response)), None)
            if cure is None:
                raise Told(response)
            cures.remove(cure)

    def _renew(self, refused: httpx.Response) -> bool:
        return _challenge(refused).get("error") == "invalid_token" and self._bearer.renew()

    def _step_up(self, refused: httpx.Response) -> bool:
        asked = _challenge(refused)
        if asked.get("error") != "insufficient_user_authentication":
            return False
        return self._bearer.step_up(asked.get("acr_values", ""), asked.get("max_age", ""))

    def _wait(self, refused: httpx.Response) -> bool:
        seconds = refused.headers.get("retry-after", "")
        if refused.status_code not in (429, 503) or not seconds.isdigit() or int(seconds) > PATIENCE_SECONDS:
            return False
        time.sleep(int(seconds))
        return True


def _challenge(response: httpx.Response) -> dict[str, str]:
    """The parameters of a Bearer challenge (RFC 6750 §3)."""
    return dict(PARAMETER.findall(response.headers.get("www-authenticate", "")))


def _answer(response: httpx.Response) -> Any:
    return response.json() if response.content else None


def _document(response: httpx.Response) -> dict[str, Any]:
    try:
        document = response.json()
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _reason(told: Mapping[str, Any]) -> Reason:
    """A Reason from the wire; what to do is said in commands where there is one for it."""
    remedy = told.get("remedy")
    known = {"sign_in": SIGN_IN, "step_up": STEP_UP}
    return Reason(
        str(told.get("code", "")),
        str(told.get("sentence", "")),
        told.get("where"),
        known.get(remedy["kind"]) or Remedy(remedy["kind"], remedy["sentence"], remedy.get("href"))
        if remedy
        else None,
    )
