import {
  Ago,
  Act,
  Actor,
  type Column,
  DataList,
  Empty,
  Failure,
  Go,
  Lines,
  Loaded,
  PageHead,
  Panel,
  stamp,
  useCompanyOS,
  useContextOfUrl,
  useList,
} from "@companyos/kit";
import type { FrozenView } from "@companyos/sdk";
import { Stack } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";

/** One's own frozen views; an administrator's are everybody's. */
export default function FrozenViewsPage() {
  const views = useList(["frozen"], (api, cursor, options) =>
    api.frozen.list({ cursor: cursor ?? null, limit: 100 }, options),
  );
  const rows = views.data ?? [];
  return (
    <Stack gap="md">
      <PageHead frozen title="Frozen views" sub="Pages as they were, signed and kept for a time" />
      <Panel title="Views" sub="newest first">
        <Loaded of={views} loading={<Lines rows={8} />}>
          {() =>
            rows.length > 0 ? (
              <DataList
                name="frozen"
                keyboard
                rows={rows}
                columns={COLUMNS}
                idOf={(row) => row.id}
                more={{
                  has: views.hasNextPage,
                  busy: views.isFetchingNextPage,
                  load: () => void views.fetchNextPage(),
                }}
              />
            ) : (
              <Empty>Nothing is frozen. Press “Freeze this view” on any page.</Empty>
            )
          }
        </Loaded>
      </Panel>
    </Stack>
  );
}

function Delete({ id }: { id: string }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.frozen.delete(id, { context }),
    onSuccess: () => queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey.includes("frozen") }),
  });
  if (remove.error) return <Failure error={remove.error} />;
  return (
    <Act
      action="console:frozen_view.delete"
      type="console.frozen_view"
      id={id}
      size="compact-xs"
      variant="default"
      loading={remove.isPending}
      onClick={() => remove.mutate()}
    >
      Delete
    </Act>
  );
}

const COLUMNS: Column<FrozenView>[] = [
  {
    key: "title",
    title: "What",
    value: (row) => row.title,
    render: (row) => (
      <Go to={`/frozen/${row.id}`} size="sm">
        {row.title ?? "Frozen view"}
      </Go>
    ),
  },
  {
    key: "at",
    title: "When",
    value: (row) => row.at,
    render: (row) => <Ago at={row.at} />,
  },
  {
    key: "by",
    title: "Who",
    value: (row) => row.by,
    render: (row) => <Actor of={row.by} size="sm" className="nowrap" />,
  },
  { key: "until", title: "Kept until", value: (row) => row.until, render: (row) => stamp(row.until) },
  { key: "delete", title: "", value: () => "", render: (row) => <Delete id={row.id} /> },
];
