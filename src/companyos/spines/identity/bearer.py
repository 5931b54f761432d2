"""Who calls, from the headers of a request: one bearer token (RFC 6750), and the context that the screen shows."""

from starlette.datastructures import Headers

from companyos.kernel.decision import Decision, Reason, Remedy
from companyos.kernel.ports.authenticator import Authenticator, Claims
from companyos.kernel.problems import Denied, Unauthenticated

TENANT_HEADER = "companyos-tenant"
ENVIRONMENT_HEADER = "companyos-environment"


async def caller(authenticator: Authenticator, headers: Headers) -> Claims:
    """The verified claims of a request. Raises Unauthenticated, or Denied when they do not span its context."""
    given = headers.getlist("authorization")
    if len(given) > 1:  # one reader might believe the first, another the last
        raise Unauthenticated("More than one token came with the request.", error="invalid_request")
    scheme, _, token = (given or [""])[0].partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("No bearer token came with the request.", error="invalid_request")
    claims = await authenticator.verify(token)
    _check_context(claims, headers)
    return claims


def _check_context(claims: Claims, headers: Headers) -> None:
    """The client says which tenant and environment its screen shows; the token must span exactly that."""
    tenant = headers.get(TENANT_HEADER, claims.tenant_slug)
    environment = headers.get(ENVIRONMENT_HEADER, claims.environment)
    tenant_fits = tenant in (claims.tenant_slug, str(claims.tenant))
    if tenant_fits and environment == claims.environment:
        return
    raise Denied(
        Decision(
            allowed=False,
            action="context",
            resource="identity.tenant:requested",
            reasons=(
                Reason(
                    "context_mismatch",
                    "Your token does not span the tenant and environment that this request names.",
                    ENVIRONMENT_HEADER if tenant_fits else TENANT_HEADER,
                    Remedy("sign_in", "Switch to that context; you can if you are a member there."),
                ),
            ),
        )
    )
