import { Stack, Title } from "@mantine/core";
import type { ReactNode } from "react";

/** A page without the console around it: when it is not known who looks, or nothing else can be shown. */
export const Alone = ({ children }: { children: ReactNode }) => (
  <main className="alone">
    <Stack>
      <Title order={1}>CompanyOS</Title>
      {children}
    </Stack>
  </main>
);
