import { type Tone, millis, share } from "@companyos/kit";
import type { Service } from "@companyos/sdk";

/** What makes a service other than well, in few words: "p95 1.90 s, objective 500 ms". Empty when it is well. */
export function ailment(service: Service): string {
  const { health, budget_left: left, p95_ms: p95, latency_objective_ms: allowed, error_rate: errors } = service;
  if (health === "unknown") return "nothing measured yet";
  if (health === "ok") return "";
  const said = [
    service.budget_health === "bad" && "error budget used up",
    left !== null && service.budget_health === "warn" && `${share(left)} of the error budget left`,
    health === "bad" && (left ?? 0) > 0 && errors !== null && `${share(errors)} of requests fail now`,
    p95 !== null && allowed !== null && p95 > allowed && `p95 ${millis(p95)}, objective ${millis(allowed)}`,
  ];
  return said.filter(Boolean).join(" · ");
}

/** The tone of the availability alone: whether it keeps the objective. */
export const promiseTone = ({ objective, availability }: Service): Tone =>
  availability === null ? "idle" : availability >= objective ? "ok" : "bad";
