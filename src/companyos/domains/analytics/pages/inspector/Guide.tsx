import { Excerpt, Go, Panel } from "@companyos/kit";
import { Code, List, Stack, Text, Title } from "@mantine/core";

const EVENT = `curl "$COMPANYOS/v1/events" \\
  -H "Authorization: Bearer $INGEST_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"events": [{
    "id": "019ac0de-0000-7000-8000-000000000002",
    "event": "companyos.page_viewed",
    "user_id": "4711",
    "session_id": "s-81",
    "consent_scope": ["product_analytics"],
    "purpose": "product_improvement",
    "props": {"path": "/checkout"}
  }]}'`;

const ANSWER = `{"accepted": 0, "refused": 1, "verdicts": [
  {"id": "019ac0de-…-02", "accepted": false, "reason": {
    "pointer": "/props/pfad", "code": "unknown_field",
    "sentence": "There is no property \`pfad\`.",
    "fix": "Write \`path\`."}}]}`;

/** How a feature is instrumented, in four steps. */
export const Guide = () => (
  <Panel title="Instrument a feature" sub="four steps" pad>
    <Stack gap="md">
      <Step title="1. Say what the event is">
        A <Go to="/analytics/schemas">schema</Go> names what happened, what it may be used for and what the person must
        have agreed to. Label every field that could lead to a person:{" "}
        <Code>{`"x-companyos": {"pii": "indirect"}`}</Code>.
      </Step>
      <Step title="2. Get a key">
        A service account under <Go to="/admin">Admin</Go> has ingest keys, one for each environment. Its name is the
        producer on these pages.
      </Step>
      <Step title="3. Send it">
        Make the id once and send the same one again when you repeat; <Code>user_id</Code> becomes a pseudonym before
        anything is kept. Clients of CloudEvents, PostHog, Segment and Snowplow work unchanged.
      </Step>
      <Excerpt label="An event as it is sent">{EVENT}</Excerpt>
      <Step title="4. Read the verdict">
        Each event gets its own: accepted, or why not, where, and what to do. It shows here a moment later.
      </Step>
      <Excerpt label="An answer">{ANSWER}</Excerpt>
      <List size="sm" spacing={4}>
        <List.Item>Without the consent that the schema asks for, nothing of an event is kept.</List.Item>
        <List.Item>
          Mail addresses, telephone and card numbers in fields without a label are refused as{" "}
          <Code>unlabelled_pii</Code>.
        </List.Item>
        <List.Item>
          What was refused waits under <Go to="/analytics/dead-letters">Dead letters</Go>, and can be repaired there.
        </List.Item>
      </List>
    </Stack>
  </Panel>
);

const Step = ({ title, children }: { title: string; children: React.ReactNode }) => (
  <div>
    <Title order={3}>{title}</Title>
    <Text size="sm" mt={4}>
      {children}
    </Text>
  </div>
);
