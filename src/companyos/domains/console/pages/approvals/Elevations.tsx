import {
  Empty,
  Lines,
  Loaded,
  Panel,
  Status,
  ago,
  clockOf,
  plural,
  stamp,
  useLeft,
  useList,
  useWord,
  words,
} from "@companyos/kit";
import type { Elevation } from "@companyos/sdk";
import { Badge, Button, Stack, Text, UnstyledButton } from "@mantine/core";
import { Approve } from "./Approve";
import { Decide } from "./Decide";
import { Shown } from "./Shown";

interface Query {
  mine?: boolean;
  unreviewed?: boolean;
  state?: Elevation["state"][];
}

interface Props {
  title?: string;
  name: string;
  query: Query;
  empty: string;
}

/** Elevations as rows; one that is opened tells everything about itself and what can be done with it. */
export function Elevations({ title = "Elevations", name, query, empty }: Props) {
  const [open, setOpen] = useWord("elevation");
  const [approving, setApproving] = useWord("approve");
  const found = useList(["elevations", name], (api, cursor, options) =>
    api.elevations.list({ ...query, cursor: cursor ?? null }, options),
  );
  return (
    <Panel title={title} sub={found.data ? plural(found.data.length, "elevation") : "…"}>
      <Loaded of={found} loading={<Lines rows={4} />}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty>{empty}</Empty>
          ) : (
            <>
              <ol className="rows">
                {rows.map((row) => (
                  <Row
                    key={row.id}
                    elevation={row}
                    open={open === row.id}
                    onToggle={() => setOpen(open === row.id ? "" : row.id)}
                  />
                ))}
              </ol>
              {found.hasNextPage && (
                <Button m="md" variant="default" onClick={() => void found.fetchNextPage()}>
                  Show more
                </Button>
              )}
            </>
          )
        }
      </Loaded>
      {approving && <Approve id={approving} onClose={() => setApproving("")} />}
    </Panel>
  );
}

function Row({ elevation, open, onToggle }: { elevation: Elevation; open: boolean; onToggle: () => void }) {
  const { title, person, mine, reason, state, break_glass, requested_at } = elevation;
  return (
    <li>
      <UnstyledButton className="row" aria-expanded={open} onClick={onToggle}>
        <Status code={state} />
        <span className="row-text">
          <b>{title}</b>{" "}
          <Text span size="sm" c="dimmed">
            {mine ? "you" : person}: {reason}
          </Text>
        </span>
        {break_glass && <Badge color="red">broken glass</Badge>}
        <Left elevation={elevation} />
        <Text size="xs" c="dimmed" title={stamp(requested_at)}>
          {ago(requested_at)}
        </Text>
      </UnstyledButton>
      {open && (
        <Stack gap="sm" px="md" pb="md">
          <Facts of={elevation} />
          {elevation.preview && <Shown preview={elevation.preview} />}
          <Decide elevation={elevation} />
        </Stack>
      )}
    </li>
  );
}

/** How long it still holds. */
export function Left({ elevation: { state, ends_at, title } }: { elevation: Elevation }) {
  const left = useLeft(state === "approved" ? ends_at : null);
  if (left === 0) return null;
  return (
    <Badge color="yellow" className="num" role="timer" aria-label={`${title} ends in`}>
      {clockOf(left)}
    </Badge>
  );
}

function Facts({ of }: { of: Elevation }) {
  const { kind, action, on, environment, minutes, decided_by, decided_at, note, why, extended, review } = of;
  const told: [string, string][] = [
    ["What", kind === "act" ? `${action}${on ? ` on ${on.type}:${on.id}` : ""}, once` : words(kind)],
    ["Where and how long", `${environment}, ${plural(minutes, "minute")} from the yes on`],
    ...(decided_by && decided_at ? [["Decided", `${decided_by}, ${stamp(decided_at)}`] as [string, string]] : []),
    ...(note && !review ? [["Word to it", note] as [string, string]] : []),
    ...(extended ? [["Extended", plural(extended, "time")] as [string, string]] : []),
    ...(why ? [["How it ended", why] as [string, string]] : []),
    ...(review ? [["Reviewed", `${review.by}: ${review.verdict}. ${review.note}`] as [string, string]] : []),
  ];
  return (
    <div className="facts">
      {told.map(([name, value]) => (
        <Fact key={name} name={name} value={value} />
      ))}
    </div>
  );
}

const Fact = ({ name, value }: { name: string; value: string }) => (
  <>
    <Text size="sm" c="dimmed">
      {name}
    </Text>
    <Text size="sm">{value}</Text>
  </>
);
