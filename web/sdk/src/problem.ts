/** What a person can do about a refusal. `kind` names the way: step_up, request_access, fix_input, retry, sign_in, none. */
export interface Remedy {
  kind: string;
  sentence?: string | null;
  href?: string | null;
}

/** Why something was refused or allowed: one shape for the whole company. */
export interface Reason {
  /** Stable, dotted, for machines: `policy.forbid`, `input.missing`. */
  code: string;
  /** One sentence for a person. */
  sentence: string;
  /** JSON pointer into the request, or `file:line` of the policy that spoke. */
  where?: string | null;
  remedy?: Remedy | null;
}

/** RFC 9457 problem details, with CompanyOS's reasons. */
export interface Problem {
  type?: string;
  title: string;
  status: number;
  detail?: string | null;
  code?: string;
  request_id?: string | null;
  reasons?: Reason[];
}

/** The server asked for a fresher or stronger sign-in (RFC 9470). */
export interface Challenge {
  acr_values?: string;
  max_age?: number;
}

/** Every failed call to CompanyOS rejects with this. `status` 0 means that no server answered. */
export class CompanyOSError extends Error {
  override name = "CompanyOSError";

  constructor(
    readonly problem: Problem,
    readonly challenge?: Challenge,
  ) {
    super(problem.detail ?? problem.title);
  }

  get status() {
    return this.problem.status;
  }
  get code() {
    return this.problem.code ?? "";
  }
  get requestId() {
    return this.problem.request_id ?? null;
  }
  get reasons(): Reason[] {
    return this.problem.reasons ?? [];
  }
}

/** Read the body of a failed response; a body that is no problem+json becomes one. */
export async function errorFrom(response: Response): Promise<CompanyOSError> {
  const body = await response.json().catch(() => null);
  const known = body !== null && typeof body === "object" && typeof body.title === "string";
  const problem: Problem = known
    ? { ...body, status: response.status }
    : { title: response.statusText || `HTTP ${response.status}`, status: response.status };
  problem.request_id ??= response.headers.get("x-request-id");
  return new CompanyOSError(problem, challengeFrom(response.headers.get("www-authenticate")));
}

/** No answer at all: offline, server down, name not found. */
export function unreachable(cause: unknown): CompanyOSError {
  const error = new CompanyOSError({
    title: "The server did not answer",
    status: 0,
    code: "network.unreachable",
    reasons: [
      {
        code: "network.unreachable",
        sentence: "CompanyOS could not be reached from this browser.",
        remedy: { kind: "retry", sentence: "Check the connection, then try again." },
      },
    ],
  });
  error.cause = cause;
  return error;
}

/** What the issuer said no to: a tenant or environment that is not the person's own, or a sign-in. */
export function refusedByIssuer(code: string, description: string | undefined, cause: unknown): CompanyOSError {
  const foreign = code === "invalid_target";
  const error = new CompanyOSError({
    title: foreign ? "Not found, or not yours" : "The sign-in was refused",
    status: foreign ? 404 : 401,
    code: foreign ? "context.foreign" : `sign_in.${code}`,
    reasons: [
      foreign
        ? { code: "context.foreign", sentence: "There is no such tenant and environment, or you do not belong to it." }
        : {
            code: `sign_in.${code}`,
            sentence: description ?? "The issuer gave no reason.",
            remedy: { kind: "sign_in" },
          },
    ],
  });
  error.cause = cause;
  return error;
}

/** Parse an RFC 9470 challenge out of `WWW-Authenticate`; undefined when it is another kind of 401. */
export function challengeFrom(header: string | null): Challenge | undefined {
  if (header === null || !/\berror="?insufficient_user_authentication"?/i.test(header)) return undefined;
  const challenge: Challenge = {};
  const acr = /\bacr_values="([^"]*)"/i.exec(header)?.[1];
  const age = /\bmax_age="?(\d+)"?/i.exec(header)?.[1];
  if (acr) challenge.acr_values = acr;
  if (age) challenge.max_age = Number(age);
  return challenge;
}
