import type { PackReport } from "@companyos/sdk/pack";

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The text of a member, if it is one. */
export const textOf = (value: Json | undefined): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

/** Files that every pack has and that have a part of their own. */
const OWN = new Set([
  "statement.dsse.json",
  "record.json",
  "decision.json",
  "proof.json",
  "checkpoint.txt",
  "keys.json",
]);

export interface Attachments {
  elevation: Json | undefined;
  plan: Json | undefined;
  dryRun: Json | undefined;
  steps: Json | undefined;
  logs: [name: string, text: string][];
  others: [name: string, value: Json][];
}

/** What a pack holds besides the files that prove it, by what it is. */
export function attachments({ files }: PackReport): Attachments {
  const found: Attachments = {
    elevation: undefined,
    plan: undefined,
    dryRun: undefined,
    steps: undefined,
    logs: [],
    others: [],
  };
  for (const [name, content] of files) {
    if (OWN.has(name)) continue;
    const text = new TextDecoder().decode(content);
    const value = name.endsWith(".json") ? parsed(text) : undefined;
    if (value === undefined) found.logs.push([name, text]);
    else if (name === "elevation.json") found.elevation = value;
    else if (name === "plan.json") found.plan = value;
    else if (name === "dry_run.json") found.dryRun = value;
    else if (name === "steps.json") found.steps = value;
    else found.others.push([name, value]);
  }
  return found;
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined; // shown as the text that it is
  }
}

/** "policy_version" → "Policy version". */
export function label(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** A moment in UTC to the second, as people read it; other text stays as it is. */
export const moment = (text: string): string =>
  MOMENT.test(text) ? `${new Date(text).toISOString().slice(0, 19).replace("T", " ")} UTC` : text;
