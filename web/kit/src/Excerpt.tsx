import { Code } from "@mantine/core";

/** Lines of text that may be longer than their box: scrolls, also by keyboard. */
export function Excerpt({ label, children }: { label: string; children: string }) {
  return (
    <Code block className="excerpt" tabIndex={0} role="region" aria-label={label}>
      {children.trim().replace(/\n{2,}/g, "\n")}
    </Code>
  );
}
