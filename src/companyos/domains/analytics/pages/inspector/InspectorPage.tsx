import { PageHead, Permitted } from "@companyos/kit";
import { SimpleGrid, Stack } from "@mantine/core";
import { Arrivals } from "./Arrivals";
import { Guide } from "./Guide";

/** What has just come in with its verdicts, beside how a feature is instrumented. */
export default function InspectorPage() {
  return (
    <Stack gap="md">
      <PageHead title="Inspector" sub="Send an event, and see a moment later what became of it" />
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
        <Permitted action="analytics:arrival.list" what="what has come in">
          <Arrivals />
        </Permitted>
        <Guide />
      </SimpleGrid>
    </Stack>
  );
}
