import type { Span } from "@companyos/sdk";
import { Code, UnstyledButton } from "@mantine/core";
import { useMemo, useState } from "react";
import { duration } from "../time";

interface Placed {
  span: Span;
  depth: number;
  /** Start and length as shares of the whole trace. */
  left: number;
  width: number;
}

/** One trace as bars on a common clock, children under their parents. */
export function Waterfall({ spans }: { spans: Span[] }) {
  const rows = useMemo(() => place(spans), [spans]);
  const [open, setOpen] = useState<string>();
  return (
    <ol className="waterfall">
      {rows.map(({ span, depth, left, width }) => (
        <li key={span.span_id}>
          <UnstyledButton
            className="span"
            aria-expanded={open === span.span_id}
            onClick={() => setOpen(open === span.span_id ? undefined : span.span_id)}
          >
            <span className="span-name" style={{ paddingLeft: depth * 12 }}>
              <b>{span.service}</b> {span.name}
            </span>
            <span className="span-track">
              <span
                className={`span-bar ${/err/i.test(span.status) ? "bad" : "info"}`}
                style={{ left: `${left * 100}%`, width: `max(2px, ${width * 100}%)` }}
              />
            </span>
            <span className="num span-time">{duration(span.duration_ms)}</span>
          </UnstyledButton>
          {open === span.span_id && (
            <Code block m="xs">
              {JSON.stringify(span.attributes, null, 2)}
            </Code>
          )}
        </li>
      ))}
    </ol>
  );
}

/** Depth-first in order of start; a span whose parent is not here stands at the root. */
export function place(spans: Span[]): Placed[] {
  const starts = spans.map((span) => Date.parse(span.start));
  const begin = Math.min(...starts);
  const length = Math.max(...spans.map((span, i) => (starts[i] ?? begin) + span.duration_ms)) - begin || 1;
  const known = new Set(spans.map((span) => span.span_id));
  const children = Object.groupBy(
    spans.toSorted((a, b) => Date.parse(a.start) - Date.parse(b.start)),
    ({ parent_id }) => (parent_id !== null && known.has(parent_id) ? parent_id : ""),
  );
  const walk = (parent: string, depth: number): Placed[] =>
    (children[parent] ?? []).flatMap((span) => [
      { span, depth, left: (Date.parse(span.start) - begin) / length, width: span.duration_ms / length },
      ...walk(span.span_id, depth + 1),
    ]);
  return walk("", 0);
}
