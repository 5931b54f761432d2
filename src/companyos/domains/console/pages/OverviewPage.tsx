import {
  Block,
  Empty,
  Go,
  Loaded,
  PageHead,
  Panel,
  RangePicker,
  Soon,
  Stat,
  Status,
  Tag,
  ago,
  plural,
  rangeLabel,
  share,
  toneOf,
  useLoad,
  useRange,
} from "@companyos/kit";
import type { IncidentCard, Overview } from "@companyos/sdk";
import { Alert, Grid, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { IconFlame } from "@tabler/icons-react";
import { Digest } from "./Digest";
import { LatestDeployments } from "./LatestDeployments";
import { ServiceCards } from "./ServiceCards";

/** The landing page: one request, everything on it links to its source. */
export default function OverviewPage() {
  const [range] = useRange();
  const overview = useLoad(["overview", range.from], (api, options) => api.overview({ range: range.from }, options), {
    every: 30_000,
  });
  const worst = overview.data?.services.some(({ health }) => health === "bad") ? "bad" : "ok";
  return (
    <Stack gap="md">
      <PageHead
        title="Overview"
        tone={overview.data ? worst : "idle"}
        sub={overview.data ? `${plural(overview.data.services.length, "service")} · ${rangeLabel(range)}` : "…"}
      >
        <RangePicker />
      </PageHead>
      <Loaded
        of={overview}
        loading={
          <Stack gap="md">
            <Block height={104} />
            <Block height={250} />
            <Block height={260} />
          </Stack>
        }
      >
        {(shown) => (
          <Soon name="overview" rows={20}>
            {() => (
              <Stack gap="md">
                <Shown overview={shown} />
              </Stack>
            )}
          </Soon>
        )}
      </Loaded>
    </Stack>
  );
}

function Shown({ overview: { services, incidents, deployments, digest, counts } }: { overview: Overview }) {
  const open = incidents.filter(({ status }) => status !== "resolved");
  return (
    <>
      {open.length > 0 && <Burning incidents={open} />}
      <Numbers services={services} open={open.length} counts={counts} />
      <ServiceCards services={services} />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Stack gap="md">
            <LatestDeployments deployments={deployments} />
            <Incidents incidents={incidents} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Digest entries={digest} />
        </Grid.Col>
      </Grid>
    </>
  );
}

const Burning = ({ incidents }: { incidents: IncidentCard[] }) => (
  <Alert color="red" icon={<IconFlame size={18} />} title={`${plural(incidents.length, "incident")} not resolved`}>
    <Group gap="lg">
      {incidents.slice(0, 3).map(({ id, title, severity }) => (
        <Go key={id} to={`/incidents/${id}`} size="sm">{`${severity.toUpperCase()} · ${title}`}</Go>
      ))}
    </Group>
  </Alert>
);

function Numbers({
  services,
  open,
  counts: { deployments, deployments_failed: failed },
}: {
  services: Overview["services"];
  open: number;
  counts: Overview["counts"];
}) {
  const measured = services.flatMap(({ availability }) => (availability === null ? [] : [availability]));
  const budgets = services.flatMap(({ budget_left: left }) => (left === null ? [] : [left]));
  const lowest = budgets.length > 0 ? Math.min(...budgets) : null;
  const worst = services.find(({ budget_left: left }) => left !== null && left === lowest);
  return (
    <SimpleGrid type="container" cols={{ base: 1, "440px": 2, "900px": 4 }} spacing="md">
      <Stat
        label="Lowest availability"
        value={share(measured.length ? Math.min(...measured) : null)}
        note={`of ${plural(measured.length, "measured service")}`}
      />
      <Stat
        label="Smallest error budget"
        value={share(lowest)}
        {...(lowest === null
          ? {}
          : { tone: lowest < 0.2 ? ("bad" as const) : lowest < 0.5 ? ("warn" as const) : ("ok" as const) })}
        note={
          worst ? (
            <Go to={`/services/${worst.name}`} size="xs">
              {worst.name}
            </Go>
          ) : (
            "nothing measured yet"
          )
        }
      />
      <Stat
        label="Change failure rate"
        value={share(deployments ? failed / deployments : null)}
        note={`${failed} of ${plural(deployments, "deployment")}`}
      />
      <Stat
        label="Open incidents"
        value={String(open)}
        tone={open ? "bad" : "ok"}
        note={
          <Go to="/incidents" size="xs">
            {open ? "see them" : "all calm"}
          </Go>
        }
      />
    </SimpleGrid>
  );
}

const Incidents = ({ incidents }: { incidents: IncidentCard[] }) => (
  <Panel
    title="Incidents"
    sub="with their owners"
    right={
      <Go to="/incidents" size="xs">
        View all
      </Go>
    }
  >
    {incidents.length === 0 ? (
      <Empty>No incident in this time.</Empty>
    ) : (
      <ol className="rows">
        {incidents.map(({ id, title, severity, status, owner, opened_at }) => (
          <li key={id}>
            <Group px="md" py={8} gap="sm" wrap="nowrap" justify="space-between">
              <Group gap="sm" wrap="nowrap" miw={0}>
                <Tag tone={toneOf(severity)}>{severity.toUpperCase()}</Tag>
                <Go to={`/incidents/${id}`} size="sm" fw={550} truncate>
                  {title}
                </Go>
              </Group>
              <Group gap="md" wrap="nowrap">
                <Text size="xs" c="dimmed">
                  {owner || "nobody yet"}
                </Text>
                <Status code={status} />
                <Text size="xs" c="dimmed" className="num">
                  {ago(opened_at)}
                </Text>
              </Group>
            </Group>
          </li>
        ))}
      </ol>
    )}
  </Panel>
);
