import { Act, Actor, Empty, Go, Lines, Loaded, Panel, Tag, ago, plural, useList, useLoad } from "@companyos/kit";
import { Group, Stack, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";

/** What the tenant has added to the policies of the house: proposals that wait, and the versions that were applied. */
export function Own() {
  const navigate = useNavigate();
  const set = useLoad(["policies", "set"], (api, options) => api.policies.set(options));
  const open = useList(["policies", "proposals", "open"], (api, cursor, options) =>
    api.policies.proposals({ state: "open", cursor: cursor ?? null }, options),
  );
  const versions = useList(["policies", "versions"], (api, cursor, options) =>
    api.policies.versions({ cursor: cursor ?? null, limit: 20 }, options),
  );
  const propose = (
    <Act
      action="policy:set.propose"
      variant="default"
      onClick={() => void navigate({ to: "/policies/propose", search: true } as never)}
    >
      Propose a change
    </Act>
  );
  return (
    <Panel
      title="This tenant's own"
      sub={set.data && (set.data.number ? `version ${set.data.number}` : "none yet")}
      right={propose}
    >
      <Loaded of={open} loading={<Lines rows={2} />}>
        {(proposals) => (
          <ol className="rows" aria-label="Open proposals">
            {proposals.map(({ id, why, author, at, flipped }) => (
              <li key={id}>
                <Go to={`/policies/proposals/${id}`} className="row" underline="never">
                  <Tag tone="warn">proposed</Tag>
                  <span className="row-text">{why}</span>
                  <Text span size="xs" c="dimmed">
                    {`${plural(flipped, "past decision")} would flip · `}
                    <Actor of={author} />
                    {` · ${ago(at)}`}
                  </Text>
                </Go>
              </li>
            ))}
          </ol>
        )}
      </Loaded>
      <Loaded of={versions} loading={<Lines rows={2} />}>
        {(applied) =>
          applied.length === 0 ? (
            (open.data ?? []).length === 0 && <Empty>The policies that ship with CompanyOS decide alone here.</Empty>
          ) : (
            <ol className="rows" aria-label="Applied versions">
              {applied.map(({ number, why, applied_by, at, restores }) => (
                <li key={number}>
                  <Go to={`/policies/versions/${number}`} className="row" underline="never">
                    <Tag tone={number === set.data?.number ? "ok" : "idle"}>{`version ${number}`}</Tag>
                    <span className="row-text">{restores === null ? why : `Back to version ${restores}: ${why}`}</span>
                    <Text span size="xs" c="dimmed">
                      <Actor of={applied_by} />
                      {` · ${ago(at)}`}
                    </Text>
                  </Go>
                </li>
              ))}
            </ol>
          )
        }
      </Loaded>
    </Panel>
  );
}

/** For the tenant's page: what is in force here, what waits, and the way to try another. */
export function OwnBriefly() {
  const set = useLoad(["policies", "set"], (api, options) => api.policies.set(options));
  const version = useLoad(["policies", "version"], (api, options) => api.policies.version(options));
  const open = useList(["policies", "proposals", "open"], (api, cursor, options) =>
    api.policies.proposals({ state: "open", cursor: cursor ?? null }, options),
  );
  return (
    <Panel title="Policies" sub="what decides in this tenant" pad>
      <Loaded of={set} loading={<Lines rows={3} />}>
        {({ number }) => (
          <Stack gap="xs">
            <Text size="sm">
              {version.data ? `${plural(version.data.policies, "policy", "policies")} decide here` : "…"}
              {number ? `, with version ${number} of the tenant's own.` : "; the tenant has added none of its own."}
            </Text>
            {(open.data ?? []).map(({ id, why, flipped }) => (
              <Group key={id} gap={6} wrap="nowrap">
                <Tag tone="warn">proposed</Tag>
                <Go to={`/policies/proposals/${id}`} size="sm">
                  {why}
                </Go>
                <Text size="xs" c="dimmed">
                  {`${plural(flipped, "past decision")} would flip`}
                </Text>
              </Group>
            ))}
            <Group gap="md">
              <Go to="/policies" size="sm">
                See what is in force
              </Go>
              <Go to="/policies/propose" size="sm">
                Simulate another policy
              </Go>
            </Group>
          </Stack>
        )}
      </Loaded>
    </Panel>
  );
}
