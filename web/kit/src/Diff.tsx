import { Code, Text } from "@mantine/core";
import { diffLines } from "diff";
import { useMemo } from "react";

/** What changed between two texts, line by line; unchanged stretches keep a few lines around what changed. */
export function Diff({ before, after, label }: { before: string; after: string; label: string }) {
  const lines = useMemo(() => rowsOf(before, after), [before, after]);
  if (lines.every(({ sign }) => sign === " "))
    return (
      <Text size="sm" c="dimmed" p="md">
        The two are the same.
      </Text>
    );
  return (
    <Code block className="diff" role="region" aria-label={label} tabIndex={0}>
      {lines.map(({ sign, text }, at) => (
        <span key={at} className={CLASS[sign]}>
          {sign} {text}
          {"\n"}
        </span>
      ))}
    </Code>
  );
}

type Sign = " " | "+" | "-" | "…";
const CLASS: Record<Sign, string | undefined> = { "+": "tone-ok", "-": "tone-bad", "…": "dimmed", " ": undefined };
const AROUND = 3;

interface Row {
  sign: Sign;
  text: string;
}

function rowsOf(before: string, after: string): Row[] {
  const parts = diffLines(before, after);
  return parts.flatMap(({ added, removed, value }, at): Row[] => {
    const lines = value.replace(/\n$/, "").split("\n");
    if (added || removed) return lines.map((text) => ({ sign: added ? ("+" as const) : ("-" as const), text }));
    const head = at === 0 ? 0 : AROUND;
    const tail = at === parts.length - 1 ? 0 : AROUND;
    if (lines.length <= head + tail + 1) return lines.map((text) => ({ sign: " " as const, text }));
    const shown = (some: string[]) => some.map((text) => ({ sign: " " as const, text }));
    const skipped = { sign: "…" as const, text: `${lines.length - head - tail} lines` };
    return [...shown(lines.slice(0, head)), skipped, ...shown(tail ? lines.slice(-tail) : [])];
  });
}
