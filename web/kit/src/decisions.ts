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

async function send(api: Api, context: Context, key: string): Promise<void> {
  const batch = waiting.get(key) ?? [];
  waiting.delete(key);
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
