import { Dialog, Excerpt, Lines, Loaded, stamp, useLoad } from "@companyos/kit";
import { Code, Stack, Text } from "@mantine/core";

/** One refused event: what is wrong, where, what to do, and what is kept of its text. */
export function Letter({ id, onClose }: { id: string; onClose: () => void }) {
  const found = useLoad(["dead-letters", id], (api, options) => api.deadLetters.get(id, options));
  return (
    <Dialog title="Dead letter" size={720} onClose={onClose}>
      <Loaded of={found} what="letter" loading={<Lines rows={8} />}>
        {({ sentence, fix, pointer, event, producer, at, id: event_id, raw }) => (
          <Stack gap="sm">
            <Text size="sm" fw={550} className="break">
              {sentence}
            </Text>
            {fix && (
              <Text size="sm" className="break">
                {fix}
              </Text>
            )}
            <div className="facts">
              <Fact name="Event" value={event || "unreadable"} />
              <Fact name="From" value={producer} />
              <Fact name="Came" value={stamp(at)} />
              {event_id && <Fact name="Id" value={event_id} />}
              {pointer && <Fact name="Place" value={pointer} />}
            </div>
            {raw ? (
              <Excerpt label="What is kept of the event">{pretty(raw)}</Excerpt>
            ) : (
              <Text size="sm" c="dimmed">
                Nothing of it may be kept but that it came: only the producer can send it again.
              </Text>
            )}
          </Stack>
        )}
      </Loaded>
    </Dialog>
  );
}

const Fact = ({ name, value }: { name: string; value: string }) => (
  <>
    <Text size="sm" c="dimmed">
      {name}
    </Text>
    <Code className="break">{value}</Code>
  </>
);

/** JSON in lines; a text that was cut stays as it is. */
export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
