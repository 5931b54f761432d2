import { NOTHING, duration } from "@companyos/kit";
import type { Deployment } from "@companyos/sdk";

/** When it began, or was asked for when it has not begun. */
export const begun = ({ started_at, queued_at }: Deployment) => started_at ?? queued_at;

/** How long it took; a deployment that git history tells of took no time that anyone knows. */
export function took({ started_at, finished_at, source }: Deployment): string {
  if (source === "git") return NOTHING;
  return started_at && finished_at ? duration(Date.parse(finished_at) - Date.parse(started_at)) : "still going";
}

/** The commit, unless the version already says it. */
export const commitOf = ({ commit, version }: Pick<Deployment, "commit" | "version">) =>
  commit && !version.startsWith(commit.slice(0, 7)) ? commit.slice(0, 7) : "";

/** "4 files, +120 −8" */
export const changed = ({ diff }: Deployment) =>
  diff.files ? `${diff.files} files, +${diff.insertions} −${diff.deletions}` : "";
