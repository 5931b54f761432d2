import { Badge, Group, Text, VisuallyHidden } from "@mantine/core";
import { words } from "./format";

/** Five tones for every state in the company. */
export type Tone = "ok" | "warn" | "bad" | "info" | "idle";

export const TONE_COLOR: Record<Tone, string> = { ok: "teal", warn: "yellow", bad: "red", info: "blue", idle: "gray" };

/** Which words have which tone. A Map: a word from outside never finds what every object has. */
const TONES = new Map<string, Tone>(
  Object.entries({
    ok: [
      "ok",
      "healthy",
      "succeeded",
      "resolved",
      "allowed",
      "permit",
      "done",
      "active",
      "sent",
      "set",
      "replayed",
      "erased",
    ],
    warn: ["warn", "paused", "acknowledged", "rolled_back", "sev3"],
    bad: ["bad", "failed", "error", "open", "opened", "denied", "forbid", "locked", "sev1", "sev2"],
    info: ["queued", "asked", "proposed", "ordered", "running", "mitigated", "sev4", "erasing"],
  } satisfies Partial<Record<Tone, string[]>>).flatMap(([tone, words]) =>
    words.map((word) => [word, tone as Tone] as const),
  ),
);

/** The tone of a state's code, `unknown` and everything new being idle. */
export const toneOf = (code: string | null | undefined): Tone => TONES.get((code ?? "").toLowerCase()) ?? "idle";

/** How urgent a tone is: lists put the largest first. */
export const URGENCY: Record<Tone, number> = { bad: 4, warn: 3, info: 2, ok: 1, idle: 0 };

/** Tone as colour and as form (round, diamond, square, ring), so that it never depends on colour alone. */
export function StatusDot({ tone, label }: { tone: Tone; label?: string }) {
  return <span className={`dot ${tone}`}>{label && <VisuallyHidden>{label}</VisuallyHidden>}</span>;
}

export function Status({ code }: { code: string }) {
  const tone = toneOf(code);
  return (
    <Group gap={7} wrap="nowrap">
      <StatusDot tone={tone} />
      <Text size="sm" className={`tone-${tone}`}>
        {words(code)}
      </Text>
    </Group>
  );
}

export const Tag = ({ children, tone = "idle" }: { children: string; tone?: Tone }) => (
  <Badge color={TONE_COLOR[tone]}>{children}</Badge>
);

/** Marks seeded history, so that nobody takes it for real. */
export const DemoTag = ({ demo }: { demo: boolean | undefined }) =>
  demo ? (
    <Badge color="grape" size="xs">
      demo
    </Badge>
  ) : null;
