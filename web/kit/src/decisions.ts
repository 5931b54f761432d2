import type { Api, Check, Context, Decision } from "@companyos/sdk";
import { useContextOfUrl, useCompanyOS } from "./session";
import { useQuery } from "@tanstack/react-query";

interface Waiting {
  check: Check;
  resolve: (decision: Decision) => void;
  reject: (error: unknown) => void;
}

const waiting = new Map<string, Waiting[]>();

/** Ask together what one screen asks at once: all checks of a tick travel in one call per context. */
function decideTogether(api: Api, context: Context, check: Check): Promise<Decision> {
  const key = JSON.stringify(context);
  return new Promise((resolve, reject) => {
    const batch = waiting.get(key) ?? [];
    if (batch.length === 0) setTimeout(() => void send(api, context, key), 0);
    waiting.set(key, [...batch, { check, resolve, reject }]);
  });
}

/** As many checks as the server answers in one call (`COMPANYOS_POLICY_MAX_CHECKS`). */
const MOST = 100;

async function send(api: Api, context: Context, key: string): Promise<void> {
  const all = waiting.get(key) ?? [];
  waiting.delete(key);
  const calls = Array.from({ length: Math.ceil(all.length / MOST) }, (_, n) => all.slice(n * MOST, (n + 1) * MOST));
  await Promise.all(calls.map((batch) => sendOne(api, context, batch)));
}

async function sendOne(api: Api, context: Context, batch: Waiting[]): Promise<void> {
  try {
    const { items } = await api.decide(
      batch.map(({ check }) => check),
      { context },
    );
    batch.forEach(({ resolve, reject }, i) => {
      const decision = items[i];
      if (decision) resolve(decision);
      else reject(new Error("The server answered fewer decisions than it was asked."));
    });
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
}

/** A refusal that proving oneself again lifts is no reason to lock a control: the preflight leads there. */
export const needsOnlyStepUp = ({ reasons }: Decision): boolean =>
  reasons.length > 0 && reasons.every(({ remedy }) => remedy?.kind === "step_up");

/** What ties a control to the decision that it shows: to be read by whoever checks that the two agree. */
export interface Tie {
  "data-action": string;
  /** `type:id` of what it is done to; empty for the tenant. */
  "data-on": string;
  "data-decision": "asking" | "allowed" | "step_up" | "refused";
}

export function tieOf(decision: Decision | undefined, action: string, type?: string, id?: string): Tie {
  const answer = !decision
    ? "asking"
    : decision.allowed
      ? "allowed"
      : needsOnlyStepUp(decision)
        ? "step_up"
        : "refused";
  return { "data-action": action, "data-on": id ? `${type}:${id}` : "", "data-decision": answer };
}

/** May the person do this, and if not, why: undefined while the answer is on its way (treat as no). */
export function useDecision(action: string, type?: string, id?: string): Decision | undefined {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  return useQuery({
    queryKey: [context, "decisions", action, type, id],
    queryFn: () => decideTogether(api, context, { action, ...(type && { type }), ...(id && { id }) }),
    staleTime: 30_000,
  }).data;
}
