import { AppShell, Skeleton, Stack } from "@mantine/core";

/** The console's outline while it learns who is here: the final shape, no spinner. */
export function Frame() {
  return (
    <AppShell
      layout="alt"
      header={{ height: 46 }}
      navbar={{ width: 232, breakpoint: "sm", collapsed: { mobile: true } }}
      padding="lg"
      aria-busy="true"
    >
      <AppShell.Navbar p="sm">
        <Stack gap="sm">
          <Skeleton height={24} width={120} />
          <Skeleton height={48} />
          <Skeleton height={30} />
          {Array.from({ length: 8 }, (_, i) => (
            <Skeleton key={i} height={22} />
          ))}
        </Stack>
      </AppShell.Navbar>
      <AppShell.Header />
      <AppShell.Main>
        <Stack gap="md">
          <Skeleton height={30} width={240} />
          <Skeleton height={110} />
          <Skeleton height={260} />
        </Stack>
      </AppShell.Main>
    </AppShell>
  );
}
