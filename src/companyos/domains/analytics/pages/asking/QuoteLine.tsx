import { Failure, bytes, plural } from "@companyos/kit";
import { CompanyOSError, type Quote } from "@companyos/sdk";
import { Anchor, Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";

interface QuoteLineProps {
  quote: UseQueryResult<Quote>;
  onDays: (days: string) => void;
  /** Show a place in the text, both from 1. */
  onPlace: (line: number, column: number) => void;
}

/** What the question would read before it is asked, or everything that is wrong with it. */
export function QuoteLine({ quote: { data, error, isFetching }, onDays, onPlace }: QuoteLineProps) {
  if (error && !isFetching)
    return (
      <Stack gap={6}>
        <Failure error={error} />
        <Group gap="xs">
          {placesOf(error).map(([line, column]) => (
            <Button key={`${line}:${column}`} size="xs" variant="default" onClick={() => onPlace(line, column)}>
              Go to line {line}, column {column}
            </Button>
          ))}
        </Group>
      </Stack>
    );
  if (!data) return <Skeleton height={18} width="60%" role="status" aria-label="Loading" />;
  const left = Math.min(data.budget.person.left, data.budget.tenant.left);
  return (
    <Stack gap={4} aria-live="polite">
      <Group gap={6}>
        <Text size="sm" className={`num ${data.fits ? "" : "tone-bad"}`}>
          Reads at most {bytes(data.bytes)}
        </Text>
        <Text size="sm" c="dimmed" className="num">
          {filesOf(data) > 0 && `in ${plural(filesOf(data), "file")} · `}
          {bytes(left)} left today
        </Text>
      </Group>
      {!data.fits && (
        <Text size="sm" className="tone-bad">
          It does not fit into what is left of today’s budget.
        </Text>
      )}
      {data.masked.map(({ column, why }) => (
        <Text key={column} size="xs" c="dimmed">
          <span className="mono">{column}</span> is not shown in clear: {why}.
        </Text>
      ))}
      {data.cheaper.map(({ sentence, since }) => (
        <Text key={sentence} size="xs" c="dimmed">
          {sentence}{" "}
          {since && (
            <Anchor component="button" type="button" fz="xs" onClick={() => onDays("7")}>
              Ask for 7 days
            </Anchor>
          )}
        </Text>
      ))}
    </Stack>
  );
}

/** Where in the text the reasons of a refusal point, each once. */
function placesOf(error: unknown): [number, number][] {
  const reasons = error instanceof CompanyOSError ? (error.problem.reasons ?? []) : [];
  const places = new Set(reasons.map(({ where }) => where ?? ""));
  return [...places].flatMap((place): [number, number][] => {
    const found = /^(\d+):(\d+)$/.exec(place);
    return found ? [[Number(found[1]), Number(found[2])]] : [];
  });
}

const filesOf = ({ tables }: Quote) => tables.reduce((sum, { files }) => sum + files, 0);
