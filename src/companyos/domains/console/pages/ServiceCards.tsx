import {
  DemoTag,
  Empty,
  Go,
  Panel,
  Spark,
  StatusDot,
  URGENCY,
  count,
  millis,
  share,
  toneOf,
  useInspect,
} from "@companyos/kit";
import type { ServiceCard } from "@companyos/sdk";
import { ActionIcon, Badge, Card, Group, Progress, SimpleGrid, Text, Tooltip } from "@mantine/core";
import { IconLayoutSidebarRightExpand } from "@tabler/icons-react";

const SHOWN = 12;
const worst = ({ health, budget_left: left }: ServiceCard) => URGENCY[toneOf(health)] * 10 - (left ?? 1);

/** One card per service, the worst first. */
export function ServiceCards({ services }: { services: ServiceCard[] }) {
  if (services.length === 0)
    return (
      <Panel title="Services">
        <Empty command="companyos services import catalog-info.yaml">
          No service is known here yet. Bring in a Backstage catalog, or send telemetry and it registers itself.
        </Empty>
      </Panel>
    );
  const sorted = services.toSorted((a, b) => worst(b) - worst(a));
  return (
    <section aria-label="Services">
      <SimpleGrid type="container" cols={{ base: 1, "520px": 2, "800px": 3, "1080px": 4 }} spacing="sm">
        {sorted.slice(0, SHOWN).map((service) => (
          <One key={service.id} service={service} />
        ))}
      </SimpleGrid>
      {sorted.length > SHOWN && (
        <Text size="xs" mt="xs" ta="right">
          <Go to="/services" size="xs">{`All ${sorted.length} services`}</Go>
        </Text>
      )}
    </section>
  );
}

function One({ service }: { service: ServiceCard }) {
  const inspect = useInspect();
  const { name, tier, health, rps, p95_ms, error_rate, spark, objective, budget_left: left, demo } = service;
  const tone = toneOf(health);
  const slow = health === "warn" && (left ?? 0) >= 0.25; // with budget left, it is latency that makes a warning
  return (
    <Card className="panel" p="sm">
      <Group justify="space-between" wrap="nowrap" gap={6}>
        <Group gap={8} wrap="nowrap" miw={0}>
          <StatusDot tone={tone} label={health} />
          <Go to={`/services/${name}`} size="sm" fw={550} c="var(--mantine-color-text)" truncate>
            {name}
          </Go>
        </Group>
        <Group gap={4} wrap="nowrap">
          <DemoTag demo={demo} />
          <Badge color="gray" size="xs">
            {tier}
          </Badge>
          <Tooltip label="Inspect">
            <ActionIcon
              size="xs"
              aria-label={`Inspect ${name}`}
              onClick={() => inspect.open({ type: "operations.service", id: name })}
            >
              <IconLayoutSidebarRightExpand size={13} />
            </ActionIcon>
          </Tooltip>
        </Group>
      </Group>
      <Group gap="md" mt={6} mb={2}>
        {rps === null ? (
          <Text size="xs" c="dimmed">
            no requests just now
          </Text>
        ) : (
          <Text size="xs" c="dimmed" className="num">
            {count(rps)} rps
          </Text>
        )}
        {p95_ms !== null && (
          <Text
            size="xs"
            className={`num ${slow ? "tone-warn" : "dimmed"}`}
            {...(slow && { title: "Slower than its objective" })}
          >
            {millis(p95_ms)} p95
          </Text>
        )}
        {error_rate ? (
          <Text size="xs" className={`num ${error_rate > 1 - objective ? "tone-bad" : "dimmed"}`}>
            {share(error_rate)} errors
          </Text>
        ) : null}
      </Group>
      <Spark values={spark} tone={tone === "ok" || tone === "idle" ? "info" : tone} />
      <Group gap={8} mt={6} wrap="nowrap">
        <Progress
          value={Math.max(0, left ?? 0) * 100}
          size={4}
          flex={1}
          color={left === null ? "gray" : left < 0.2 ? "red" : left < 0.5 ? "yellow" : "teal"}
          aria-label={`Error budget left of ${name}`}
        />
        <Text size="xs" c="dimmed" className="num">
          {share(left)}
        </Text>
      </Group>
    </Card>
  );
}
