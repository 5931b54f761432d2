import { Go, PageHead, Panel, Permitted, useWord } from "@companyos/kit";
import { SegmentedControl, Stack } from "@mantine/core";
import { RunList } from "./RunList";

/** Everything that plans did here, and do now. */
export default function RunsPage() {
  const [which, setWhich] = useWord("which", "all");
  return (
    <Stack gap="md">
      <PageHead title="Runs" sub="What plans did here, step by step, and what they do now">
        <Go to="/plans" size="sm">
          Plans
        </Go>
      </PageHead>
      <Permitted action="maestro:run.list" what="runs">
        <Panel
          title="Runs"
          sub="newest first"
          right={
            <SegmentedControl
              size="xs"
              value={which}
              onChange={setWhich}
              aria-label="Which runs"
              data={[
                { value: "all", label: "All" },
                { value: "live", label: "Going on" },
              ]}
            />
          }
        >
          <RunList live={which === "live"} keyboard />
        </Panel>
      </Permitted>
    </Stack>
  );
}
