import { type Auth, SignedOut } from "./auth";
import { type Context, contextHeaders } from "./context";
import { uuidv7 } from "./idempotency";
import { challengeFrom, errorFrom, unreachable } from "./problem";
import type { PendingRequest } from "./resume";

export interface TransportOptions {
  auth: Auth;
  /** The context of the moment; read on every call. */
  context: () => Context;
  /** Where the browser comes back to after a step-up. */
  here: () => string;
}

export interface CallOptions {
  signal?: AbortSignal;
  /** Names the call so that it survives a step-up: see `Outcomes`. Without it a challenge rejects instead. */
  resumeAs?: string;
  /** Told which read of the API is made, as a path with its query, so that what a screen shows can be frozen. */
  onRead?: (path: string) => void;
  /** It is safe to repeat by itself, and needs no Idempotency-Key. */
  keyless?: boolean;
  /** Replaces the context of the moment; `{}` asks for the person's default one. */
  context?: Context;
}

/**
 * The one place that talks to CompanyOS: adds the token, the context and an Idempotency-Key; refreshes a refused token
 * once; turns a step-up challenge into a step-up and every other failure into a `CompanyOSError`.
 */
export class Transport {
  constructor(private readonly options: TransportOptions) {}

  async fetch(request: Request, options: CallOptions = {}): Promise<Response> {
    const { resumeAs, onRead, keyless = false, context = this.options.context() } = options;
    const { pathname, search } = new URL(request.url);
    if (request.method === "GET") onRead?.(pathname + search);
    for (const [name, value] of Object.entries(contextHeaders(context))) request.headers.set(name, value);
    if (request.method === "POST" && !keyless && !request.headers.has("Idempotency-Key"))
      request.headers.set("Idempotency-Key", uuidv7());

    const again = request.clone();
    const token = await this.options.auth.token(context);
    let response = await deliver(request, token);
    if (response.status === 401 && !isChallenge(response)) {
      const next = await this.options.auth.token(context, token);
      response = await deliver(again.clone(), next);
      if (response.status === 401 && !isChallenge(response))
        throw new SignedOut("The server no longer accepts this session.");
    }
    if (resumeAs !== undefined && isChallenge(response)) return this.#stepUp(again, response, resumeAs, context);
    if (!response.ok) throw await errorFrom(response);
    return response;
  }

  /** Send a pending request again, after the step-up that it waited for. */
  replay({ method, url, headers, body, context }: PendingRequest): Promise<unknown> {
    const request = new Request(url, { method, headers, body });
    return this.fetch(request, { context }).then(read);
  }

  async #stepUp(request: Request, response: Response, key: string, context: Context): Promise<never> {
    const pending: PendingRequest = {
      key,
      method: request.method,
      url: request.url,
      headers: Object.fromEntries(request.headers),
      body: request.body === null ? null : await request.text(),
      context,
    };
    const challenge = challengeFrom(response.headers.get("www-authenticate")) ?? {};
    await this.options.auth.signIn({ returnTo: this.options.here(), context, challenge, pending });
    return new Promise<never>(() => undefined); // the page is leaving; `replay` goes on from here
  }
}

/** The body of an answer: JSON, or undefined when there is none. */
async function read(response: Response): Promise<unknown> {
  const text = await response.text();
  return text === "" ? undefined : JSON.parse(text);
}

const isChallenge = (response: Response) =>
  response.status === 401 && challengeFrom(response.headers.get("www-authenticate")) !== undefined;

async function deliver(request: Request, token: string): Promise<Response> {
  request.headers.set("Authorization", `Bearer ${token}`);
  try {
    return await fetch(request);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw unreachable(error);
  }
}
