"""Limits at the door: body size, body time, request time and rate, each a setting, each told in words."""

import asyncio
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from companyos.kernel.problems import Problem, TooLarge, TooMany, Unavailable
from companyos.kernel.settings import Settings

from .problem_json import problem_response

MAX_CALLERS = 10_000
VERIFIED = "companyos.verified"
"""Key in the ASGI scope of a request whose token the boundary has verified."""


class TooSlow(Problem):
    """The body did not arrive in time (RFC 9110 §15.5.9)."""

    status, code, title = 408, "too_slow", "The request body took too long"


class Buckets:
    """Token buckets by caller: `rate` per second with bursts of `burst`. One set per process."""

    def __init__(self, rate: float, burst: int) -> None:
        self.rate = rate
        self.burst = float(burst)
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, caller: str, now: float) -> float:
        """Take one token. Returns 0 when there was one, else the seconds until there is."""
        left = self._at(caller, now)
        self._left.pop(caller, None)
        self._left[caller] = (left - 1 if left >= 1 else left, now)
        if len(self._left) > MAX_CALLERS:  # forget the one that was silent longest: dicts keep their order
            del self._left[next(iter(self._left))]
        return self._wait(left)

    def wait(self, caller: str, now: float) -> float:
        """Seconds until there is a token, 0 when there is one; takes none."""
        return self._wait(self._at(caller, now))

    def _at(self, caller: str, now: float) -> float:
        left, seen = self._left.get(caller, (self.burst, now))
        return min(self.burst, left + (now - seen) * self.rate)

    def _wait(self, left: float) -> float:
        return 0.0 if left >= 1 else (1 - left) / self.rate


class Limits:
    """ASGI middleware. Addresses under `own`, and those in `bulk`, keep limits of their own (bulk intake).

    A caller is a token once it was verified, else an address: whoever makes up tokens gains nothing by it. An address
    that collects too many 401 has to wait as well; tokens that were verified are let through meanwhile.
    """

    def __init__(
        self,
        app: ASGIApp,
        settings: Settings,
        own: tuple[str, ...] = ("/v1/",),
        bulk: frozenset[str] = frozenset(),
    ) -> None:
        self.app = app
        self.settings = settings
        self.own = own
        self.bulk = bulk
        self.buckets = Buckets(settings.rate_per_second, settings.rate_burst)
        self.refusals = Buckets(settings.refused_per_second, settings.refused_burst)
        self._known: dict[str, None] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(self.own) or scope["path"] in self.bulk:
            await self.app(scope, receive, send)
            return
        try:
            self._check(scope)
        except Problem as problem:
            await problem_response(problem, scope)(scope, receive, send)
            return
        await self._run(scope, receive, send)

    def _check(self, scope: Scope) -> None:
        headers = dict(scope["headers"])
        declared = headers.get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > self.settings.max_body_bytes:
            raise self._too_large()
        address, token = _caller(scope)
        now = time.monotonic()
        known = token in self._known
        if wait := self.buckets.take(token if known else address, now):
            raise TooMany("You send requests faster than the limit.", retry_after=max(1, round(wait)))
        if not known and (wait := self.refusals.wait(address, now)):
            told = "Too many requests from your address came without valid credentials."
            raise TooMany(told, retry_after=max(1, round(wait)))

    def _learn(self, scope: Scope, status: int) -> None:
        """Know the tokens that were verified, and count the refusals of all others."""
        address, token = _caller(scope)
        if scope.get(VERIFIED):
            self._known.pop(token, None)
            self._known[token] = None
            if len(self._known) > MAX_CALLERS:
                del self._known[next(iter(self._known))]
        elif status == 401 and token not in self._known:
            self.refusals.take(address, time.monotonic())

    def _too_large(self) -> TooLarge:
        return TooLarge(f"The body is over the limit of {self.settings.max_body_bytes} bytes.")

    async def _run(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = asyncio.Event()
        seen = 0
        deadline = time.monotonic() + self.settings.body_timeout_seconds
        body_done = False

        async def bounded() -> Message:
            nonlocal seen, body_done
            if body_done:
                return await receive()
            try:
                async with asyncio.timeout(max(0.001, deadline - time.monotonic())):
                    message = await receive()
            except TimeoutError:
                limit = self.settings.body_timeout_seconds
                raise TooSlow(f"The body did not arrive within {limit:g} s.") from None
            seen += len(message.get("body", b""))
            body_done = not message.get("more_body", False)
            if seen > self.settings.max_body_bytes:
                raise self._too_large()
            return message

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._learn(scope, message["status"])
            started.set()
            await send(message)

        try:
            async with asyncio.timeout(self.settings.request_timeout_seconds) as clock:
                watch = asyncio.create_task(_lift(clock, started))
                try:
                    await self.app(scope, bounded, noting)
                finally:
                    watch.cancel()
        except (TimeoutError, Problem) as error:
            if started.is_set():
                raise
            problem = error if isinstance(error, Problem) else self._too_long()
            await problem_response(problem, scope)(scope, receive, send)

    def _too_long(self) -> Unavailable:
        seconds = self.settings.request_timeout_seconds
        return Unavailable(f"The request did not finish within {seconds:g} s; nothing was changed.")


def _caller(scope: Scope) -> tuple[str, str]:
    """Address and token of a request; the token is empty when there is none."""
    client = scope.get("client") or ("unknown", 0)
    return str(client[0]), dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")[-64:]


async def _lift(clock: asyncio.Timeout, started: asyncio.Event) -> None:
    """A response that has begun may take its time: streams stay open."""
    await started.wait()
    clock.reschedule(None)
