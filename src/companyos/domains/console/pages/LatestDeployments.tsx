import { Empty, Go, Panel, Status, ago } from "@companyos/kit";
import type { DeploymentCard } from "@companyos/sdk";
import { Code, Group, Table, Text } from "@mantine/core";

/** What was deployed last, with the evidence there is. */
export function LatestDeployments({ deployments }: { deployments: DeploymentCard[] }) {
  return (
    <Panel
      title="Deployments"
      sub="newest first"
      right={
        <Go to="/deployments" size="xs">
          View all
        </Go>
      }
    >
      {deployments.length === 0 ? (
        <Empty command="companyos deployments import --git .">
          Nothing has been deployed yet. Read the history of a repository:
        </Empty>
      ) : (
        <Rows deployments={deployments} />
      )}
    </Panel>
  );
}

const Rows = ({ deployments }: { deployments: DeploymentCard[] }) => (
  <Table highlightOnHover className="quiet">
    <Table.Thead>
      <Table.Tr>
        <Table.Th>Service</Table.Th>
        <Table.Th>Version</Table.Th>
        <Table.Th>Status</Table.Th>
        <Table.Th>By</Table.Th>
        <Table.Th ta="right">When</Table.Th>
      </Table.Tr>
    </Table.Thead>
    <Table.Tbody>
      {deployments
        .slice(0, 8)
        .map(({ id, service, version, commit, status, author, started_at, queued_at, evidence }) => (
          <Table.Tr key={id}>
            <Table.Td>
              <Go to={`/services/${service}`} size="sm" c="var(--mantine-color-text)">
                {service}
              </Go>
            </Table.Td>
            <Table.Td>
              <Group gap={6} wrap="nowrap">
                <Go to={`/deployments/${id}`} size="sm" fw={550}>
                  {version}
                </Go>
                {commit && !version.startsWith(commit.slice(0, 7)) && <Code>{commit.slice(0, 7)}</Code>}
              </Group>
            </Table.Td>
            <Table.Td>
              <Group gap={6} wrap="nowrap">
                <Status code={status} />
                {evidence.length > 0 && <Text size="xs" c="dimmed">{`${evidence.length} evidence`}</Text>}
              </Group>
            </Table.Td>
            <Table.Td>
              <Text size="sm" c="dimmed" truncate maw={160}>
                {author}
              </Text>
            </Table.Td>
            <Table.Td ta="right">
              <Text size="sm" c="dimmed" className="num">
                {ago(started_at ?? queued_at)}
              </Text>
            </Table.Td>
          </Table.Tr>
        ))}
    </Table.Tbody>
  </Table>
);
