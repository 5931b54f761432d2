import { ActPreflight, Dialog, Lines, Loaded, useCompanyOS, useContextOfUrl, useLoad, useWord } from "@companyos/kit";
import { Button, Group, NumberInput, Select, Stack, Text } from "@mantine/core";
import { useState } from "react";

/** A role at once and without asking: which and how long first, then what that means. */
export function BreakGlass({ onClose }: { onClose: () => void }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const roles = useLoad(["roles"], (asked, options) => asked.people.roles(options));
  const [chosen, setChosen] = useWord("glass"); // in the address, so that it is here after a step-up
  const [role, setRole] = useState<string | null>(null);
  const [minutes, setMinutes] = useState<number | string>(15);
  const [wanted = "", time = ""] = chosen.split(".");
  const leave = () => (setChosen(""), onClose());
  if (wanted) {
    const input = { role: wanted, minutes: Number(time) };
    return (
      <ActPreflight
        name={`glass.${chosen}`}
        title="Break the glass"
        verb="Break the glass"
        action="identity:elevation.break_glass"
        input={input}
        run={async ({ plan_hash }, reason, options) => {
          await api.elevations.breakGlass({ ...input, reason, plan_hash }, { ...options, context });
          return {};
        }}
        onClose={leave}
      />
    );
  }
  return (
    <Dialog title="Break the glass" onClose={leave}>
      <Stack gap="md">
        <Text size="sm">
          For when nobody can be asked. You get the role at once; every administrator hears of it, and somebody else has
          to review it.
        </Text>
        <Loaded of={roles} loading={<Lines rows={1} />}>
          {({ items }) => (
            <Select
              label="Role"
              required
              data={items.map(({ name, title }) => ({ value: name, label: title }))}
              value={role}
              onChange={setRole}
            />
          )}
        </Loaded>
        <NumberInput label="Minutes" min={1} required value={minutes} onChange={setMinutes} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={leave}>
            Cancel
          </Button>
          <Button disabled={!role || !Number(minutes)} onClick={() => setChosen(`${role ?? ""}.${minutes}`)}>
            Show what it does
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
