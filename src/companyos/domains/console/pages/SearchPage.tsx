import {
  Empty,
  Go,
  Lines,
  Loaded,
  PageHead,
  Panel,
  StatusDot,
  pageOf,
  plural,
  useInspect,
  useLoad,
  useNames,
  useWord,
} from "@companyos/kit";
import type { Hit } from "@companyos/sdk";
import { ActionIcon, Badge, Group, Stack, Text, TextInput, Tooltip } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconLayoutSidebarRightExpand, IconSearch } from "@tabler/icons-react";

/** Search over everything the person may see; counts are exact because authorization is inside the query. */
export default function SearchPage() {
  const [q, setQ] = useWord("q");
  const [type, setType] = useWord("type");
  const [asked] = useDebouncedValue(q.trim(), 120);
  const found = useLoad(["search", asked, 100], (api, options) => api.search({ q: asked, limit: 100 }, options), {
    enabled: asked !== "",
  });
  return (
    <Stack gap="md">
      <PageHead title="Search" sub="Services, deployments, incidents and tenants of this environment" />
      <TextInput
        size="md"
        aria-label="Search"
        placeholder="Name, version, person, or :svc :inc :deploy :tenant"
        leftSection={<IconSearch size={16} />}
        value={q}
        onChange={(event) => setQ(event.currentTarget.value)}
        data-autofocus
      />
      {asked === "" ? (
        <Empty>Type a name, a version or a person. Press / anywhere for the same search in a box.</Empty>
      ) : (
        <Loaded of={found} loading={<Lines rows={6} />}>
          {({ items, total }) => <Results items={items} total={total} type={type} onType={setType} />}
        </Loaded>
      )}
    </Stack>
  );
}

function Results({
  items,
  total,
  type,
  onType,
}: {
  items: Hit[];
  total: number;
  type: string;
  onType: (type: string) => void;
}) {
  const kinds = Object.entries(Object.groupBy(items, (item) => item.type));
  const shown = type ? items.filter((item) => item.type === type) : items;
  if (items.length === 0) return <Empty>Nothing in this tenant and environment matches.</Empty>;
  return (
    <Panel
      title={plural(total, "result")}
      sub={items.length < total ? `the first ${items.length}` : undefined}
      right={kinds.map(([kind, members = []]) => (
        <Badge
          key={kind}
          component="button"
          color={kind === type ? "indigo" : "gray"}
          aria-pressed={kind === type}
          onClick={() => onType(kind === type ? "" : kind)}
          className="choice"
        >{`${nounOf(kind)} ${members.length}`}</Badge>
      ))}
    >
      <ol className="rows">
        {shown.map((hit) => (
          <Row key={`${hit.type}:${hit.id}`} hit={hit} />
        ))}
      </ol>
    </Panel>
  );
}

/** "operations.service" → "service" */
const nounOf = (type: string) => type.split(".").at(-1) ?? type;

function Row({ hit }: { hit: Hit }) {
  const inspect = useInspect();
  const page = pageOf(hit);
  const { title, hint, tone, state } = useNames()(hit);
  return (
    <li>
      <Group px="md" py={8} justify="space-between" wrap="nowrap">
        <Group gap={10} wrap="nowrap" miw={0}>
          <StatusDot tone={tone} label={state} />
          <div>
            {page ? (
              <Go to={page} size="sm" fw={550}>
                {title}
              </Go>
            ) : (
              <Text size="sm" fw={550}>
                {title}
              </Text>
            )}
            <Text size="xs" c="dimmed">
              {[nounOf(hit.type), hint].filter(Boolean).join(" · ")}
            </Text>
          </div>
        </Group>
        <Tooltip label="Inspect">
          <ActionIcon aria-label={`Inspect ${title}`} onClick={() => inspect.open(hit)}>
            <IconLayoutSidebarRightExpand size={15} />
          </ActionIcon>
        </Tooltip>
      </Group>
    </li>
  );
}
