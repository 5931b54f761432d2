import type { Context } from "./context";
import { CompanyOSError, type Problem } from "./problem";
import type { Storage } from "./storage";

/** A request that waits while its author proves who they are; sent again unchanged, with the same Idempotency-Key. */
export interface PendingRequest {
  /** What asked for it, so that the page finds the answer after the redirect: `preflight.<id>.<verb>`. */
  key: string;
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | null;
  context: Context;
}

type Outcome = { ok: true; data: unknown } | { ok: false; problem: Problem };

/** Answers of requests that were finished after a step-up, kept until the page that asked takes them. */
export class Outcomes {
  constructor(private readonly storage: Storage) {}

  async keep(key: string, response: Promise<unknown>): Promise<void> {
    const outcome: Outcome = await response.then(
      (data) => ({ ok: true as const, data }),
      (error: unknown) => {
        if (error instanceof CompanyOSError) return { ok: false as const, problem: error.problem };
        throw error;
      },
    );
    await this.storage.set(`outcome.${key}`, outcome);
  }

  /** The answer for `key`, once: undefined when nothing was waiting; rejects when the server refused. */
  async take<T>(key: string): Promise<T | undefined> {
    const outcome = await this.storage.get<Outcome>(`outcome.${key}`);
    if (!outcome) return undefined;
    await this.storage.delete(`outcome.${key}`);
    if (!outcome.ok) throw new CompanyOSError(outcome.problem);
    return outcome.data as T;
  }
}
