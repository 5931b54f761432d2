import { NOTHING, duration, plural } from "@companyos/kit";
import type { Deployment, DeploymentStatus, DeploymentVerb } from "@companyos/sdk";

/** When it began, or was asked for when it has not begun. */
export const begun = ({ started_at, queued_at }: Deployment) => started_at ?? queued_at;

/** How long it took; a deployment that git history tells of took no time that anyone knows. */
export function took({ started_at, finished_at, source }: Deployment): string {
  if (source === "git") return NOTHING;
  return started_at && finished_at ? duration(Date.parse(finished_at) - Date.parse(started_at)) : "still going";
}

const HOUR = 3600e3;

/** The time range that shows what it did: an hour before it began to an hour after. */
export function around(deployment: Deployment, now: number = Date.now()): { from: string; to: string | undefined } {
  const at = Date.parse(begun(deployment));
  const after = at + HOUR;
  return { from: new Date(at - HOUR).toISOString(), to: after < now ? new Date(after).toISOString() : undefined };
}

/** The commit, unless the version already says it. */
export const commitOf = ({ commit, version }: Pick<Deployment, "commit" | "version">) =>
  commit && !version.startsWith(commit.slice(0, 7)) ? commit.slice(0, 7) : "";

/** "4 files, +120 −8"; "1 file, +1 −1" */
export const changed = ({ diff }: Deployment) =>
  diff.files ? `${plural(diff.files, "file")}, +${diff.insertions} −${diff.deletions}` : "";

type Said = Pick<Deployment, "id" | "service" | "version" | "status" | "environment">;
/** The deployments of the same service, newest first; `whole` when there are no older ones than these. */
export interface History {
  newestFirst: Said[];
  whole: boolean;
}

const TAKES: Record<DeploymentVerb, { states: DeploymentStatus[]; done: string; not: string }> = {
  pause: { states: ["queued", "running"], done: "paused", not: "It is not running" },
  roll_back: { states: ["running", "paused", "succeeded", "failed"], done: "rolled back", not: "It has not begun" },
  redeploy: { states: ["paused", "succeeded", "failed"], done: "redeployed", not: "It is still going" },
};

const ENDED = new Set<DeploymentStatus>(["succeeded", "failed"]);

/**
 * Why a verb cannot be done to a deployment where it stands now, in words; undefined when nothing speaks against it.
 * The server decides again, by the same rules, when the verb is asked for.
 */
export function hindrance(verb: DeploymentVerb, on: Said, history: History | undefined): string | undefined {
  const { states, done, not } = TAKES[verb];
  if (on.status === "rolled_back") return "It has been rolled back already.";
  if (!states.includes(on.status)) return `${not}: it ${ENDED.has(on.status) ? "has" : "is"} ${on.status}.`;
  if (!history) return undefined;
  const [newest] = history.newestFirst;
  if (newest && newest.id !== on.id)
    return `Only the newest deployment of ${on.service} can be ${done}; that is ${newest.version} now.`;
  const earlier = history.newestFirst.some(({ status, version }) => status === "succeeded" && version !== on.version);
  if (verb === "roll_back" && !earlier && history.whole)
    return `No earlier version of ${on.service} succeeded in ${on.environment}: there is nothing to roll back to.`;
  return undefined;
}
