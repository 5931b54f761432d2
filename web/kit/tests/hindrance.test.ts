import type { DeploymentStatus, DeploymentVerb } from "@companyos/sdk";
import { expect, test } from "vitest";
import { changed, hindrance } from "../../../src/companyos/domains/operations/pages/deployment";

const at = (id: string, status: DeploymentStatus, version = id) => ({
  id,
  service: "pay",
  version,
  status,
  environment: "prod",
});
const history = (...newestFirst: ReturnType<typeof at>[]) => ({ newestFirst, whole: true });

test.each<[DeploymentVerb, DeploymentStatus, string | undefined]>([
  ["pause", "running", undefined],
  ["pause", "succeeded", "It is not running: it has succeeded."],
  ["redeploy", "failed", undefined],
  ["redeploy", "running", "It is still going: it is running."],
  ["roll_back", "queued", "It has not begun: it is queued."],
  ["roll_back", "rolled_back", "It has been rolled back already."],
  ["roll_back", "succeeded", undefined],
])("%s of what is %s", (verb, status, why) =>
  expect(hindrance(verb, at("2", status), history(at("2", status), at("1", "succeeded")))).toBe(why),
);

test("only the newest of a service, and only back to what once succeeded", () => {
  const [old, now] = [at("1", "succeeded"), at("2", "succeeded")];
  expect(hindrance("roll_back", old, history(now, old))).toMatch(/Only the newest deployment of pay .* 2 now/);
  expect(hindrance("roll_back", now, history(now, at("1", "failed")))).toMatch(/nothing to roll back to/);
  expect(hindrance("roll_back", now, history(now, at("1", "succeeded", "2")))).toMatch(/nothing to roll back to/);
  expect(hindrance("roll_back", now, { newestFirst: [now], whole: false })).toBeUndefined();
});

test("one file is one file", () =>
  expect(changed({ diff: { files: 1, insertions: 2, deletions: 0 } } as never)).toBe("1 file, +2 −0"));
