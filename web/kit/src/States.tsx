import { CompanyOSError } from "@companyos/sdk";
import { Button, Code, CopyButton, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Go } from "./Go";
import { Failure } from "./Reason";

/** Nothing here yet: one sentence, and the exact command or button that fills it. */
export function Empty({ children, command, action }: { children: ReactNode; command?: string; action?: ReactNode }) {
  return (
    <Stack align="center" gap="sm" p="xl" className="empty">
      <Text size="sm" c="dimmed" ta="center">
        {children}
      </Text>
      {command && (
        <CopyButton value={command}>
          {({ copied, copy }) => (
            <Group gap="xs">
              <Code>{command}</Code>
              <Button variant="default" onClick={copy}>
                {copied ? "Copied" : "Copy"}
              </Button>
            </Group>
          )}
        </CopyButton>
      )}
      {action}
    </Stack>
  );
}

/** Lines of the height of what will stand here. */
export const Lines = ({ rows = 5, height = 18 }: { rows?: number; height?: number }) => (
  <Stack gap="sm" p="md" role="status" aria-busy="true" aria-label="Loading">
    {Array.from({ length: rows }, (_, i) => (
      <Skeleton key={i} height={height} width={`${96 - ((i * 17) % 30)}%`} />
    ))}
  </Stack>
);

export const Block = ({ height }: { height: number }) => (
  <Skeleton height={height} role="status" aria-busy="true" aria-label="Loading" />
);

/** What does not exist and what belongs to others look the same, on purpose. */
export function NotFound({ what = "page" }: { what?: string }) {
  return (
    <Stack align="center" gap="xs" py={80} role="note">
      <Title order={1}>Not found, or not yours</Title>
      <Text c="dimmed" size="sm" ta="center">
        There is no such {what} in this tenant and environment, or you may not see it.
      </Text>
      <Group mt="sm">
        <Go to="/">Back to the overview</Go>
        <Go to="/search">Search</Go>
      </Group>
    </Stack>
  );
}

export interface LoadedProps<T> {
  of: Pick<UseQueryResult<T>, "data" | "error" | "isPending"> & { refetch: () => unknown };
  /** The shape of what comes. */
  loading?: ReactNode;
  /** What a missing one is called on the page that says so. */
  what?: string;
  children: (data: T) => ReactNode;
}

/** A name that nothing could have, 422, is as good as one that nothing has. */
const isMissing = ({ status }: CompanyOSError, what?: string) =>
  status === 404 || (status === 422 && what !== undefined);

/** Loading, failed, missing or here: every panel goes through this. Data that is here stays while it refreshes. */
export function Loaded<T>({ of, loading = <Lines />, what, children }: LoadedProps<T>) {
  if (of.data !== undefined) return children(of.data);
  if (of.error instanceof CompanyOSError && isMissing(of.error, what)) return <NotFound {...(what && { what })} />;
  if (of.error)
    return (
      <div className="pad">
        <Failure error={of.error} onRetry={() => void of.refetch()} />
      </div>
    );
  return loading;
}
