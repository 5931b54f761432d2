import { Empty, Lines, Loaded, PageHead, Panel, precise, roleWords, stamp, useLoad } from "@companyos/kit";
import type { VisitEvent } from "@companyos/sdk";
import { Code, Group, Stack, Text, Timeline } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { named, useScope } from "./scope";

/** One visit, event by event. */
export default function VisitPage() {
  const { id = "" } = useParams({ strict: false }) as { id?: string };
  const { scope } = useScope();
  const asked = { days: Math.min(180, scope.days + 1), until: scope.until };
  const visit = useLoad(["reports", "visit", id, asked], (api, o) => api.reports.visit(id, asked, o));
  const items = visit.data?.items ?? [];
  const [first] = items;
  return (
    <Stack gap="md">
      <PageHead
        title="Visit"
        up={{ to: "/analytics/reports", title: "Reports" }}
        sub={first ? `${roleWords(named(first.role))}, ${stamp(first.at)}` : "…"}
      />
      <Panel title="What happened" sub={<span className="break">{id}</span>} pad>
        <Loaded of={visit} what="visit" loading={<Lines rows={6} />}>
          {(found) => (found.items.length > 0 ? <Events of={found.items} /> : <Empty>Nothing happened.</Empty>)}
        </Loaded>
      </Panel>
    </Stack>
  );
}

const GOAL = "companyos.goal_reached";

const Events = ({ of }: { of: VisitEvent[] }) => (
  <Timeline bulletSize={12} lineWidth={1} active={of.length}>
    {of.map(({ at, id, event, feature, props }) => (
      <Timeline.Item key={id} color={event === GOAL ? "teal" : "indigo"}>
        <Group gap="sm" wrap="nowrap">
          <Text size="sm" fw={550}>
            {event.replace("companyos.", "").replaceAll("_", " ")}
          </Text>
          <Text size="xs" c="dimmed">
            {feature}
          </Text>
          <Text size="xs" c="dimmed" className="num nowrap" title={stamp(at)}>
            {precise(at)}
          </Text>
        </Group>
        {props && props !== "{}" && (
          <Code className="break" fz="xs">
            {props}
          </Code>
        )}
      </Timeline.Item>
    ))}
  </Timeline>
);
