import { PageHead } from "@companyos/kit";
import { Stack } from "@mantine/core";

/** Ask what happened. */
export default function ExplorePage() {
  return (
    <Stack gap="md">
      <PageHead title="Explore" sub="Ask what happened, in SQL or step by step" />
    </Stack>
  );
}
