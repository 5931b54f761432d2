import type { Severity } from "@companyos/sdk";

/** Worst first, each in the words of who picks one. */
export const SEVERITIES: { value: Severity; label: string }[] = [
  { value: "sev1", label: "SEV1 · down" },
  { value: "sev2", label: "SEV2 · badly hurt" },
  { value: "sev3", label: "SEV3 · degraded" },
  { value: "sev4", label: "SEV4 · minor" },
];
