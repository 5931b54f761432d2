import { DemoTag, Excerpt, Go, Loaded, Status, Tag, ago, share, useLoad } from "@companyos/kit";
import { Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { begun, took } from "./deployment";
import { ailment } from "./health";

type Facts = [label: string, value: ReactNode][];

const FactTable = ({ facts }: { facts: Facts }) => (
  <dl className="facts">
    {facts.map(([label, value]) => [
      <Text key={label} component="dt" size="sm" c="dimmed">
        {label}
      </Text>,
      <Text key={`${label} value`} component="dd" size="sm" m={0}>
        {value}
      </Text>,
    ])}
  </dl>
);

/** What the inspect rail says first about a service. */
export function ServiceSummary({ id }: { id: string }) {
  const service = useLoad(["services", id], (api, options) => api.services.get(id, options));
  return (
    <Loaded of={service} what="service">
      {(it) => (
        <Stack p="md" gap="sm">
          <Group gap="xs">
            <Status code={it.health} />
            {ailment(it) && (
              <Text size="sm" c="dimmed">
                {ailment(it)}
              </Text>
            )}
            <DemoTag demo={it.demo} />
          </Group>
          {it.description && <Text size="sm">{it.description}</Text>}
          <FactTable
            facts={[
              ["Objective", share(it.objective)],
              ["Availability", share(it.availability)],
              ["Budget left", share(it.budget_left)],
              ["Owner", it.owner || "nobody"],
              ["Tier", it.tier],
              ["Lifecycle", it.lifecycle],
            ]}
          />
        </Stack>
      )}
    </Loaded>
  );
}

export function DeploymentSummary({ id }: { id: string }) {
  const deployment = useLoad(["deployments", id], (api, options) => api.deployments.get(id, options));
  return (
    <Loaded of={deployment} what="deployment">
      {(it) => (
        <Stack p="md" gap="sm">
          <Group gap="xs">
            <Status code={it.status} />
            <DemoTag demo={it.demo} />
          </Group>
          <FactTable
            facts={[
              [
                "Service",
                <Go key="s" to={`/services/${it.service}`} size="sm">
                  {it.service}
                </Go>,
              ],
              ["Version", it.version],
              ["By", it.author || "unknown"],
              ["Began", ago(begun(it))],
              ["Took", took(it)],
            ]}
          />
          {it.log_excerpt && <Excerpt label="Log of this deployment">{it.log_excerpt}</Excerpt>}
        </Stack>
      )}
    </Loaded>
  );
}

export function IncidentSummary({ id }: { id: string }) {
  const incident = useLoad(["incidents", id], (api, options) => api.incidents.get(id, options));
  return (
    <Loaded of={incident} what="incident">
      {(it) => (
        <Stack p="md" gap="sm">
          <Group gap="xs">
            <Tag tone="bad">{it.severity.toUpperCase()}</Tag>
            <Status code={it.status} />
          </Group>
          <Text size="sm" fw={550}>
            {it.title}
          </Text>
          <FactTable
            facts={[
              ["Owner", it.owner || "nobody yet"],
              ["Services", it.services.join(", ") || "none named"],
            ]}
          />
        </Stack>
      )}
    </Loaded>
  );
}
