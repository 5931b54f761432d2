import { Empty, Excerpt, Go, Loaded, NOTHING, Panel, Status, ago, duration, useList } from "@companyos/kit";
import type { Deployment } from "@companyos/sdk";
import { Group, Stack, Text } from "@mantine/core";

/** The last deployments of one service, the newest with its log excerpt. */
export function RecentDeployments({ service }: { service: string }) {
  const deployments = useList(["deployments", { service }, "recent"], (api, _, options) => api.deployments.list({ service, limit: 6 }, options));
  return (
    <Panel title="Deployments" sub="newest first" right={<Go to="/deployments" search={{ service }} size="xs">View all</Go>}>
      <Loaded of={deployments}>
        {(rows) => (rows.length === 0 ? <Empty command="companyos deployments import --git .">Nothing has been deployed yet. Read the history of a repository:</Empty> : <Rows rows={rows} />)}
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
                <Go to={`/deployments/${row.id}`} size="sm" fw={550}>{row.version}</Go>
                <Status code={row.status} />
              </Group>
              <Text size="xs" c="dimmed" className="num">{ago(begun(row))}</Text>
            </Group>
            <Text size="xs" c="dimmed">{[row.author, changed(row)].filter(Boolean).join(" · ")}</Text>
            {i === 0 && row.log_excerpt && <Excerpt label={`Log of ${row.version}`}>{row.log_excerpt}</Excerpt>}
          </Stack>
        </li>
      ))}
    </ol>
  );
}

/** When it began, or was asked for when it has not begun. */
export const begun = ({ started_at, queued_at }: Deployment) => started_at ?? queued_at;

/** How long it took; a deployment that git history tells of took no time that anyone knows. */
export function took({ started_at, finished_at, source }: Deployment): string {
  if (source === "git") return NOTHING;
  return started_at && finished_at ? duration(Date.parse(finished_at) - Date.parse(started_at)) : "still going";
}

/** The commit, unless the version already says it. */
export const commitOf = ({ commit, version }: Pick<Deployment, "commit" | "version">) => (commit && !version.startsWith(commit.slice(0, 7)) ? commit.slice(0, 7) : "");

/** "4 files, +120 −8" */
export const changed = ({ diff }: Deployment) => (diff.files ? `${diff.files} files, +${diff.insertions} −${diff.deletions}` : "");
