import type { Decision } from "@companyos/sdk";
import { List, Text } from "@mantine/core";
import type { Asked } from "./Reason";
import { useLoad } from "./session";

type Changes = Decision["changes"];

/** Every smallest set of changes that would turn a no into a yes; the one that is known already until all are tried. */
export function Ways({ ask: { action, type, id }, changes }: { ask: Asked; changes: Changes }) {
  const check = { action, ...(type && { type }), ...(id && { id }) };
  const why = useLoad(["why", action, type, id], (api, options) => api.why(check, options)).data;
  const ways = why?.ways ?? [];
  if (ways.length < 2) return <Way changes={ways[0]?.changes ?? changes} />;
  return (
    <div>
      <Text size="sm" c="dimmed">
        Any of these would allow it:
      </Text>
      <List size="sm" c="dimmed" spacing={2}>
        {ways.map((way) => (
          <List.Item key={inWords(way.changes)}>{inWords(way.changes)}</List.Item>
        ))}
      </List>
      {!why?.complete && (
        <Text size="sm" c="dimmed">
          There may be more: not everything was tried.
        </Text>
      )}
    </div>
  );
}

/** One set of changes, all of which are needed; nothing when there is none. */
export const Way = ({ changes }: { changes: Changes }) =>
  changes.length > 0 && (
    <Text size="sm" c="dimmed">
      What would allow it: {inWords(changes)}
    </Text>
  );

const inWords = (changes: Changes): string =>
  changes
    .map(({ sentence, granted_by }) => (granted_by ? `${sentence} Granted by: ${granted_by}.` : sentence))
    .join(" ");
