import { Group, Text } from "@mantine/core";
import { IconSnowflake } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Act } from "./Act";
import { Dialog } from "./Dialog";
import { plural } from "./format";
import { Go } from "./Go";
import { readsOnScreen } from "./reads";
import { Failure } from "./Reason";
import { useCompanyOS, useContextOfUrl } from "./session";

/** Keep what the page shows now, signed, under a link of its own. */
export function Freeze({ title }: { title: string }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const freeze = useMutation({
    mutationFn: () => {
      const path = location.pathname + location.search;
      return api.frozen.create({ path, title: title.slice(0, 200), reads: readsOnScreen(queries) }, { context });
    },
    onSuccess: () => queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey.includes("frozen") }),
  });
  const made = freeze.data;
  return (
    <>
      <Act
        action="console:frozen_view.create"
        variant="default"
        leftSection={<IconSnowflake size={14} />}
        loading={freeze.isPending}
        onClick={() => freeze.mutate()}
      >
        Freeze this view
      </Act>
      {(made || freeze.error) && (
        <Dialog title={made ? "Frozen" : "Not frozen"} onClose={() => freeze.reset()}>
          {made ? (
            <>
              <Text size="sm">
                What this page shows is kept and signed. Whoever opens it sees what they may see then.
              </Text>
              {made.left_out.length > 0 && (
                <Text size="sm" c="dimmed" mt="xs">
                  {plural(made.left_out.length, "read")} could not be kept: {made.left_out[0]?.sentence}
                </Text>
              )}
              <Group mt="md">
                <Go to={`/frozen/${made.view.id}`}>Open the frozen view</Go>
              </Group>
            </>
          ) : (
            <Failure error={freeze.error} />
          )}
        </Dialog>
      )}
    </>
  );
}
