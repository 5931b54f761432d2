import { Act, PageHead, useMe, useWord } from "@companyos/kit";
import { Stack, Tabs } from "@mantine/core";
import { Invite } from "./Invite";
import { Machines } from "./Machines";
import { People } from "./People";
import { Roles } from "./Roles";
import { Sessions } from "./Sessions";

/** People, machines, roles and one's own sign-ins. A closed tab asks nothing. */
export default function AdminPage() {
  const { tenant } = useMe();
  const [tab, setTab] = useWord("tab", "people");
  const [dialog, setDialog] = useWord("new");
  return (
    <Stack gap="md">
      <PageHead title="Admin" sub={`Who and what may act in ${tenant.name}`}>
        <Act action="identity:person.invite" onClick={() => setDialog("person")}>
          Invite a person
        </Act>
      </PageHead>
      <Tabs value={tab} onChange={(next) => setTab(next ?? "people")} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="people">People</Tabs.Tab>
          <Tabs.Tab value="machines">Service accounts</Tabs.Tab>
          <Tabs.Tab value="roles">Roles</Tabs.Tab>
          <Tabs.Tab value="sessions">Your sign-ins</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="people">
          <People />
        </Tabs.Panel>
        <Tabs.Panel value="machines">
          <Machines />
        </Tabs.Panel>
        <Tabs.Panel value="roles">
          <Roles />
        </Tabs.Panel>
        <Tabs.Panel value="sessions">
          <Sessions />
        </Tabs.Panel>
      </Tabs>
      {dialog === "person" && <Invite onClose={() => setDialog("")} />}
    </Stack>
  );
}
