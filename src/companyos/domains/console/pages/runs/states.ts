import type { Tone } from "@companyos/kit";
import type { RunState, RunStep, RunVerb } from "@companyos/sdk";

const RUNS: Record<RunState, Tone> = {
  queued: "info",
  running: "info",
  waiting: "warn",
  paused: "warn",
  stuck: "bad",
  undoing: "warn",
  cancelling: "warn",
  succeeded: "ok",
  failed: "bad",
  cancelled: "idle",
  undone: "idle",
};

const STEPS: Record<RunStep["state"], Tone> = {
  pending: "idle",
  applying: "info",
  applied: "info",
  done: "ok",
  failed: "bad",
  skipped: "idle",
  unsure: "bad",
  undoing: "warn",
  undone: "idle",
  kept: "warn",
};

export const toneOfRun = (state: RunState): Tone => RUNS[state];
export const toneOfStep = (state: RunStep["state"]): Tone => STEPS[state];

/** What a run in a state can be told; the server decides again. */
export const TELLS: Record<RunVerb | "undo", RunState[]> = {
  pause: ["queued", "running", "waiting"],
  resume: ["paused"],
  cancel: ["queued", "running", "waiting", "paused", "stuck"],
  undo: ["running", "waiting", "paused", "succeeded", "failed", "cancelled"],
};

export const isOver = (state: RunState): boolean => ["succeeded", "failed", "cancelled", "undone"].includes(state);
