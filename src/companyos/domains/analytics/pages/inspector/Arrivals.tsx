import { Empty, Go, Lines, Loaded, Panel, StatusDot, precise, useLoad, useWord, words } from "@companyos/kit";
import type { Arrival } from "@companyos/sdk";
import { Badge, Box, Button, Code, Group, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";

const EVERY = 2_000;
const MINUTES = 30;

/** The last events of a producer, each with its verdict; asked for again every two seconds while somebody looks. */
export function Arrivals() {
  const [producer, setProducer] = useWord("producer");
  const [still, setStill] = useWord("still");
  const [asked] = useDebouncedValue(producer, 300);
  const found = useLoad(
    ["arrivals", asked],
    (api, options) => api.arrivals({ producer: asked, minutes: MINUTES, limit: 30 }, options),
    still ? {} : { every: EVERY },
  );
  return (
    <Panel
      title="Just in"
      sub={still ? "held" : `the last ${MINUTES} minutes, every 2 s`}
      right={
        <>
          <TextInput
            size="xs"
            w={150}
            aria-label="Only of this producer"
            placeholder="any producer"
            value={producer}
            onChange={(event) => setProducer(event.currentTarget.value)}
          />
          <Button
            size="xs"
            variant="default"
            leftSection={still ? <IconPlayerPlay size={13} /> : <IconPlayerPause size={13} />}
            onClick={() => setStill(still ? "" : "yes")}
          >
            {still ? "Go on" : "Hold"}
          </Button>
        </>
      }
    >
      <Loaded of={found} loading={<Lines rows={8} />}>
        {({ items, refused_hidden }) => (
          <>
            {refused_hidden && (
              <Text size="xs" c="dimmed" px="md" py={8}>
                Refused events are shown to auditors only.
              </Text>
            )}
            {items.length > 0 ? (
              <ol className="rows">
                {items.map((one) => (
                  <li key={one.letter ?? `${one.id} ${one.received_at}`}>
                    <Row arrival={one} />
                  </li>
                ))}
              </ol>
            ) : (
              <Empty>Nothing came in within {MINUTES} minutes. Send an event as the guide says; it shows here.</Empty>
            )}
          </>
        )}
      </Loaded>
    </Panel>
  );
}

const Row = ({ arrival }: { arrival: Arrival }) => {
  const { accepted, event, schema_version, producer, received_at, fields, feature, letter, code } = arrival;
  return (
    <Box px="md" py={8}>
      <Group gap="xs" wrap="nowrap" align="baseline">
        <StatusDot tone={accepted ? "ok" : "bad"} label={accepted ? "Accepted" : "Refused"} />
        <Text size="sm" fw={550} className="break" flex={1} miw={0}>
          {event || "unreadable"}{" "}
          <Text span size="xs" c="dimmed">
            {schema_version}
          </Text>
        </Text>
        <Text size="xs" c="dimmed" className="num nowrap">
          {precise(received_at)}
        </Text>
      </Group>
      <Text size="xs" c="dimmed" className="break">
        {[producer, feature, fields.length > 0 && `props: ${fields.join(", ")}`].filter(Boolean).join(" · ")}
      </Text>
      {!accepted && (
        <div>
          <Group gap={6} mt={4}>
            <Badge color="red">{words(code)}</Badge>
            {arrival.pointer && <Code className="break">{arrival.pointer}</Code>}
          </Group>
          <Text size="sm" mt={4} className="break">
            {arrival.sentence} <b>{arrival.fix}</b>
          </Text>
          {letter && (
            <Go to="/analytics/dead-letters" search={{ read: letter, state: "all" }} size="xs">
              The letter
            </Go>
          )}
        </div>
      )}
    </Box>
  );
};
