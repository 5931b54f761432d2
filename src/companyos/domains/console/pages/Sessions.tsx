import { Failure, Lines, Loaded, Panel, Tag, ago, useCompanyOS, useContextOfUrl, useLoad } from "@companyos/kit";
import type { Session } from "@companyos/sdk";
import { Anchor, Button, Group, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";

/** Where one is signed in, and the way to end it. */
export function Sessions() {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const sessions = useLoad(["sessions"], (known, options) => known.sessions.list(options));
  const end = useMutation({
    mutationFn: (id: string) => api.sessions.end(id, { context }),
    onSuccess: () => queries.invalidateQueries(),
  });
  return (
    <Panel
      title="Your sign-ins"
      sub="end what you do not know"
      right={
        <Anchor href="/account" size="xs">
          Password, passkeys, second factor
        </Anchor>
      }
    >
      {end.error && (
        <div className="pad">
          <Failure error={end.error} />
        </div>
      )}
      <Loaded of={sessions} loading={<Lines rows={3} />}>
        {({ items }) => (
          <ol className="rows">
            {items.map((row) => (
              <li key={row.id}>
                <SignIn
                  session={row}
                  busy={end.isPending && end.variables === row.id}
                  onEnd={() => end.mutate(row.id)}
                />
              </li>
            ))}
          </ol>
        )}
      </Loaded>
    </Panel>
  );
}

const SignIn = ({
  session: { client, device, created_at, used_at, current },
  busy,
  onEnd,
}: {
  session: Session;
  busy: boolean;
  onEnd: () => void;
}) => (
  <Group px="md" py={8} justify="space-between" wrap="nowrap">
    <div>
      <Group gap="xs">
        <Text size="sm" fw={550}>
          {client}
        </Text>
        {current && <Tag tone="ok">this one</Tag>}
      </Group>
      <Text size="xs" c="dimmed" lineClamp={1}>
        {[`since ${ago(created_at)}`, `used ${ago(used_at)}`, device].filter(Boolean).join(" · ")}
      </Text>
    </div>
    {!current && (
      <Button variant="default" loading={busy} onClick={onEnd}>
        End
      </Button>
    )}
  </Group>
);
