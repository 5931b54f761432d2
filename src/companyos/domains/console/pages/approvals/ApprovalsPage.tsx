import { Act, PageHead, useMe, useWord } from "@companyos/kit";
import { Button, Stack, Tabs } from "@mantine/core";
import { AskForAccess } from "./AskForAccess";
import { BreakGlass } from "./BreakGlass";
import { Elevations } from "./Elevations";
import { GrantSpan } from "./GrantSpan";
import { ToReview } from "./ToReview";

/** What is asked, what holds, what was: elevations of this tenant, one's own and those that one decides. */
export default function ApprovalsPage() {
  const { tenant } = useMe();
  const [tab, setTab] = useWord("tab", "inbox");
  const [dialog, setDialog] = useWord("new");
  const close = () => setDialog("");
  return (
    <Stack gap="md">
      <PageHead title="Approvals" sub={`Who may do more for a time in ${tenant.name}, and who said so`}>
        <Act action="identity:elevation.grant" variant="default" onClick={() => setDialog("span")}>
          Show totals to an outsider
        </Act>
        <Act action="identity:elevation.break_glass" variant="default" onClick={() => setDialog("glass")}>
          Break the glass
        </Act>
        <Button onClick={() => setDialog("request")}>Request access</Button>
      </PageHead>
      <ToReview />
      <Tabs value={tab} onChange={(next) => setTab(next ?? "inbox")} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="inbox">Waiting for a decision</Tabs.Tab>
          <Tabs.Tab value="holding">Holding now</Tabs.Tab>
          <Tabs.Tab value="mine">Yours</Tabs.Tab>
          <Tabs.Tab value="all">All</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="inbox">
          <Elevations name="inbox" query={{ state: ["requested"] }} empty="Nobody waits for a decision." />
        </Tabs.Panel>
        <Tabs.Panel value="holding">
          <Elevations name="holding" query={{ state: ["approved"] }} empty="Nobody may do more than their roles say." />
        </Tabs.Panel>
        <Tabs.Panel value="mine">
          <Elevations name="mine" query={{ mine: true }} empty="You have asked for nothing." />
        </Tabs.Panel>
        <Tabs.Panel value="all">
          <Elevations name="all" query={{}} empty="Nothing was ever asked for." />
        </Tabs.Panel>
      </Tabs>
      {dialog === "request" && <AskForAccess onClose={close} />}
      {dialog === "glass" && <BreakGlass onClose={close} />}
      {dialog === "span" && <GrantSpan onClose={close} />}
    </Stack>
  );
}
