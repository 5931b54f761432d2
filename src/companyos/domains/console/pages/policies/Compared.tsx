import { Code } from "@mantine/core";
import "./policies.css";

const KINDS: Record<string, string> = { "+": "more", "-": "less", "@": "place" };

/** Two texts compared, as `diff -u` writes it. The signs stay: nothing depends on colour alone. */
export function Compared({ diff, label }: { diff: string; label: string }) {
  const lines = diff.split("\n").slice(2, -1);
  return (
    <Code block className="policy-diff" tabIndex={0} role="region" aria-label={label}>
      {lines.map((line, at) => (
        <span key={at} className={KINDS[line.charAt(0)]}>
          {line || " "}
        </span>
      ))}
    </Code>
  );
}
