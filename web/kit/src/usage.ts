import { type CompanyOS, CompanyOSError, SignedOut, type Told } from "@companyos/sdk";

/** What the console tells of its use, once somebody agreed; see `client.events`. Nothing that was typed, nothing by name. */
type Outcome = Told["companyos.feature_used"]["outcome"];
type Telling = Pick<CompanyOS, "events">;

/** What a mutation says of itself in `meta`, to be told: the Cedar action that it is. */
export interface Acting {
  action?: string | ((what: never) => string);
}

declare module "@tanstack/react-query" {
  interface Register {
    mutationMeta: Acting & Record<string, unknown>;
  }
}

/** Acts that are what a part of the console is there for, and what is reached by them. */
const GOALS: Record<string, string> = {
  "evidence:pack.read": "evidence_downloaded",
  "identity:elevation.approve": "elevation_decided",
  "identity:person.invite": "person_invited",
  "maestro:run.start": "plan_started",
  "operations:deployment.roll_back": "deployment_rolled_back",
  "operations:incident.resolve": "incident_resolved",
  "operations:service.register": "service_registered",
  "policy:set.propose": "policy_proposed",
};

let here = "/";

/** The route of the page on the screen, with its parameters left open: `/services/:name` of the router's `/services/$name`. */
export function routeOf(fullPath: string): string {
  const route = fullPath.replace(/\/+$/, "").replaceAll(/\$(\w+)/g, ":$1");
  return route === "" ? "/" : route.replace(/\$$/, "*");
}

/** The part of the console that a route belongs to: its first segment; `/` is the overview. */
export const featureOf = (route: string) => route.split("/")[1] || "overview";

/** A page is on the screen. */
export function tellPage({ events }: Telling, route: string, before: string): void {
  here = route;
  events.tell("companyos.page_viewed", { path: route, ...(before && { referrer: before }) }, featureOf(route));
}

/** Something was done, or was not. */
export function tellAct({ events }: Telling, action: string, outcome: Outcome, milliseconds?: number): void {
  const took = milliseconds === undefined ? {} : { duration_ms: Math.round(milliseconds) };
  events.tell("companyos.feature_used", { action, path: here, outcome, ...took }, featureOf(here));
  const goal = outcome === "done" ? GOALS[action] : undefined;
  if (goal) events.tell("companyos.goal_reached", { goal }, featureOf(here));
}

/** Something failed; a session that ended is no failure of the act. */
export function tellFailure(telling: Telling, action: string, error: unknown, milliseconds?: number): void {
  if (error instanceof SignedOut) return;
  const refused = error instanceof CompanyOSError && error.status === 403;
  tellAct(telling, action, refused ? "refused" : "failed", milliseconds);
}

/** Somebody was shown why something is not possible. */
export function tellRefusal({ events }: Telling, code: string, action: string): void {
  events.tell("companyos.refusal_shown", { code, action, path: here }, "refusals");
}

/** Somebody searched: how much they wrote, never what. */
export function tellSearch({ events }: Telling, characters: number, found: number, chosen: number): void {
  events.tell("companyos.search_made", { characters, found, chosen }, "search");
}
