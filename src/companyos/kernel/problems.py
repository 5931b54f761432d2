"""Refusals and failures that a caller can understand: RFC 9457 problems that carry Reasons."""

from collections.abc import Iterable, Mapping
from typing import Self

from .decision import Decision, Reason, Remedy


class Problem(Exception):
    """An outcome that is not success; the HTTP boundary writes it as `application/problem+json`.

    `code` is stable (`docs/reference/problems.md` lists them), `status` the HTTP status, `headers` extra
    response headers such as `Retry-After` or `WWW-Authenticate`.
    """

    status = 500
    code = "internal"
    title = "Something went wrong on our side"

    def __init__(
        self, detail: str, *, reasons: Iterable[Reason] = (), headers: Mapping[str, str] | None = None
    ):
        super().__init__(detail)
        self.detail = detail
        self.reasons = tuple(reasons) or (Reason(self.code, detail),)
        self.headers = dict(headers or {})


class Invalid(Problem):
    """The request is well-formed but says something that cannot be."""

    status, code, title = 422, "invalid", "The request cannot be carried out as written"

    @classmethod
    def at(cls, pointer: str, sentence: str, fix: str | None = None, code: str = "invalid") -> "Invalid":
        """One wrong value: where it stands (JSON pointer), what is wrong, and what to write instead."""
        remedy = Remedy("fix_input", fix) if fix else None
        return cls(sentence, reasons=[Reason(code, sentence, pointer, remedy)])


class Malformed(Problem):
    """The request could not be read at all."""

    status, code, title = 400, "malformed", "The request could not be read"


class Misconfigured(Problem):
    """CompanyOS cannot run with a setting as it is; nothing was started or changed."""

    status, code, title = 500, "misconfigured", "A setting cannot be used as it is"

    @classmethod
    def at(cls, variable: str, sentence: str, fix: str | None = None) -> Self:
        """One wrong setting: its environment variable, what is wrong, and what to write instead."""
        remedy = Remedy("fix_input", fix) if fix else None
        return cls(f"{variable}: {sentence}", reasons=[Reason("setting", sentence, variable, remedy)])


class Unauthenticated(Problem):
    """No valid credentials came with the request (RFC 6750)."""

    status, code, title = 401, "unauthenticated", "Sign in to continue"

    def __init__(self, detail: str, *, error: str = "invalid_token"):
        super().__init__(
            detail,
            reasons=[Reason("unauthenticated", detail, None, Remedy("sign_in", "Sign in again."))],
            headers={"WWW-Authenticate": f'Bearer error="{error}"'},
        )


class StepUpNeeded(Problem):
    """The caller is known but must prove presence more strongly or more recently (RFC 9470)."""

    status, code, title = 401, "step_up_needed", "Confirm it is you"

    def __init__(self, decision: Decision, *, acr: str, max_age: int):
        super().__init__(
            "This action needs a fresh second factor.",
            reasons=decision.reasons,
            headers={
                "WWW-Authenticate": 'Bearer error="insufficient_user_authentication", '
                'error_description="A fresh second factor is needed", '
                f'acr_values="{acr}", max_age="{max_age}"'
            },
        )
        self.decision = decision


class Denied(Problem):
    """Policy says no, and says why."""

    status, code, title = 403, "denied", "Policy does not allow this"

    def __init__(self, decision: Decision):
        sentence = decision.reasons[0].sentence if decision.reasons else "No policy allows this."
        super().__init__(sentence, reasons=decision.reasons)
        self.decision = decision


class NotFound(Problem):
    """Nothing here, or nothing that this caller may know of: the two are told alike."""

    status, code, title = 404, "not_found", "Not found, or not yours"

    def __init__(self, detail: str = "There is nothing here, or you may not know of it."):
        super().__init__(detail)


class Conflict(Problem):
    """The state of the thing does not allow this now."""

    status, code, title = 409, "conflict", "The current state does not allow this"


class PreconditionFailed(Problem):
    """`If-Match` named a version that is no longer the current one (RFC 9110 §13.1.1)."""

    status, code, title = 412, "precondition_failed", "It changed since you read it"


class TooLarge(Problem):
    """The body is over the limit that the message names."""

    status, code, title = 413, "too_large", "The request is too large"


class TooMany(Problem):
    """The caller goes too fast; `retry_after` is in seconds."""

    status, code, title = 429, "too_many", "Too many requests"

    def __init__(self, detail: str, *, retry_after: int):
        remedy = Remedy("wait", f"Try again in {retry_after} s.")
        super().__init__(
            detail,
            reasons=[Reason(self.code, detail, None, remedy)],
            headers={"Retry-After": str(retry_after)},
        )


class Unavailable(Problem):
    """A part that is needed does not answer; `retry_after` is in seconds."""

    status, code, title = 503, "unavailable", "A needed part does not answer"

    def __init__(self, detail: str, *, retry_after: int = 1):
        super().__init__(detail, headers={"Retry-After": str(retry_after)})
