import { Empty, Excerpt, Go, Loaded, Panel, Status, ago, useList } from "@companyos/kit";
import type { Deployment } from "@companyos/sdk";
import { Group, Stack, Text } from "@mantine/core";
import { begun, changed } from "./deployment";

/** The last deployments of one service, the newest with its log excerpt. */
export function RecentDeployments({ service }: { service: string }) {
  const deployments = useList(["deployments", { service }, "recent"], (api, _, options) =>
    api.deployments.list({ service, limit: 6 }, options),
  );
  return (
    <Panel
      title="Deployments"
      sub="newest first"
      right={
        <Go to="/deployments" search={{ service }} size="xs">
          View all
        </Go>
      }
    >
      <Loaded of={deployments}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty command="companyos deployments import --git .">
              Nothing has been deployed yet. Read the history of a repository:
            </Empty>
          ) : (
            <Rows rows={rows} />
          )
        }
      </Loaded>
    </Panel>
  );
}

function Rows({ rows }: { rows: Deployment[] }) {
  return (
    <ol className="rows">
      {rows.map((row, i) => (
        <li key={row.id}>
          <Stack gap={6} px="md" py={8}>
            <Group justify="space-between" wrap="nowrap">
              <Group gap="sm" wrap="nowrap" miw={0}>
                <Go to={`/deployments/${row.id}`} size="sm" fw={550}>
                  {row.version}
                </Go>
                <Status code={row.status} />
              </Group>
              <Text size="xs" c="dimmed" className="num">
                {ago(begun(row))}
              </Text>
            </Group>
            <Text size="xs" c="dimmed">
              {[row.author, changed(row)].filter(Boolean).join(" · ")}
            </Text>
            {i === 0 && row.log_excerpt && <Excerpt label={`Log of ${row.version}`}>{row.log_excerpt}</Excerpt>}
          </Stack>
        </li>
      ))}
    </ol>
  );
}
