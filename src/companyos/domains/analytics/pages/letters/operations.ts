import type { RepairOperation } from "@companyos/sdk";

/** An operation while it is being written: every field is a text. */
export interface Draft {
  do: RepairOperation["do"];
  at: string;
  to: string;
  value: string;
}

export const VERBS: Record<RepairOperation["do"], string> = {
  rename: "Rename",
  move: "Move",
  set_default: "Set a default",
  cast: "Cast",
  drop: "Drop",
  map_value: "Map a value",
};

export const KINDS = ["text", "integer", "number", "boolean", "time"] as const;

export const EMPTY: Draft = { do: "rename", at: "/props/", to: "", value: "" };

/** The operations that are written whole; the others are left out until they are. */
export const whole = (drafts: Draft[]): RepairOperation[] => drafts.flatMap((one) => operationOf(one) ?? []);

function operationOf({ do: verb, at, to, value }: Draft): RepairOperation | undefined {
  if (!/^\/.*[^/]$/.test(at)) return undefined;
  switch (verb) {
    case "rename":
      return to ? { do: verb, at, to } : undefined;
    case "move":
      return /^\/.*[^/]$/.test(to) ? { do: verb, at, to } : undefined;
    case "set_default":
      return value ? { do: verb, at, value: read(value) } : undefined;
    case "cast":
      return { do: verb, at, to: KINDS.find((kind) => kind === to) ?? "text" };
    case "drop":
      return { do: verb, at };
    case "map_value":
      return to ? { do: verb, at, values: { [value]: read(to) } } : undefined;
  }
}

/** JSON as it is written, and everything else as a text: `12`, `true`, `gold`. */
function read(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

type Json = Extract<RepairOperation, { do: "set_default" }>["value"];

/** An operation in words: "Rename /props/amuont to amount". */
export function told(one: RepairOperation): string {
  switch (one.do) {
    case "rename":
    case "move":
      return `${VERBS[one.do]} ${one.at} to ${one.to}`;
    case "set_default":
      return `Set ${one.at} to ${JSON.stringify(one.value)} where nothing is said`;
    case "cast":
      return `Cast ${one.at} to ${one.to}`;
    case "drop":
      return `Drop ${one.at}`;
    case "map_value":
      return `Map at ${one.at}: ${Object.entries(one.values)
        .map(([from, to]) => `${from} to ${JSON.stringify(to)}`)
        .join(", ")}`;
  }
}

/** Drafts as the address carries them; what somebody else wrote there counts as none. */
export function readDrafts(text: string): Draft[] {
  try {
    const found: unknown = JSON.parse(text);
    return Array.isArray(found) ? found.flatMap((one) => draftOf(one) ?? []) : [EMPTY];
  } catch {
    return [EMPTY];
  }
}

function draftOf(one: unknown): Draft | undefined {
  if (!Array.isArray(one)) return undefined;
  const [verb, at, to, value] = one.map(String);
  const known = (Object.keys(VERBS) as Draft["do"][]).find((name) => name === verb);
  return known && { do: known, at: at ?? "", to: to ?? "", value: value ?? "" };
}

export const writeDrafts = (drafts: Draft[]) =>
  JSON.stringify(drafts.map(({ do: verb, at, to, value }) => [verb, at, to, value]));
