import type { Problem } from "@companyos/sdk";
import { Alert, Button, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useRef } from "react";
import "./policies.css";

type Fault = NonNullable<Problem["reasons"]>[number];

export interface EditorProps {
  text: string;
  onChange: (text: string) => void;
  /** What is wrong with the text that was checked last. */
  faults: Fault[];
}

/** A text of policies with its line numbers; each fault is marked at its line and leads there. */
export function Editor({ text, onChange, faults }: EditorProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const lines = text.split("\n");
  const wrong = new Set(faults.map(lineOf));
  const go = (line: number) => {
    const before = lines.slice(0, line - 1).join("\n");
    const start = before.length + (line > 1 ? 1 : 0);
    area.current?.focus();
    area.current?.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
  };
  return (
    <Stack gap="sm">
      <div className="policy-editor">
        <ol aria-hidden="true">
          {lines.map((_, at) => (
            <li key={at} className={wrong.has(at + 1) ? "wrong" : undefined}>
              {at + 1}
            </li>
          ))}
        </ol>
        <textarea
          ref={area}
          aria-label="The tenant's own policies"
          aria-invalid={faults.length > 0}
          spellCheck={false}
          autoCapitalize="off"
          rows={Math.max(lines.length, 12)}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      </div>
      {faults.length > 0 && (
        <Alert color="red" role="alert" icon={<IconAlertTriangle size={18} />} title="This cannot be used yet">
          <Stack gap="xs">
            {faults.map((fault) => (
              <div key={`${fault.where} ${fault.sentence}`}>
                {lineOf(fault) > 0 && (
                  <Button variant="default" size="compact-xs" onClick={() => go(lineOf(fault))}>
                    {`Line ${lineOf(fault)}`}
                  </Button>
                )}
                <Text size="sm" className="ink break">
                  {fault.sentence}
                </Text>
                <Text size="sm" c="dimmed">
                  {fault.remedy?.sentence}
                </Text>
              </div>
            ))}
          </Stack>
        </Alert>
      )}
    </Stack>
  );
}

/** The line that a fault of the text stands at; 0 when it is about something else. */
const lineOf = ({ where }: Fault): number => Number(/^tenant\.cedar:(\d+)$/.exec(where ?? "")?.[1] ?? 0);
