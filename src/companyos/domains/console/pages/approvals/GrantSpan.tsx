import { ActPreflight, Dialog, useCompanyOS, useContextOfUrl, useMe, useWord } from "@companyos/kit";
import { Button, Group, NumberInput, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";

/** Let somebody outside see this tenant's totals for a time: who and how long first, then what that means. */
export function GrantSpan({ onClose }: { onClose: () => void }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const { tenant } = useMe();
  const [chosen, setChosen] = useWord("span"); // in the address, so that it is here after a step-up
  const [email, setEmail] = useState("");
  const [minutes, setMinutes] = useState<number | string>(60);
  const [time = "", ...address] = chosen.split(" ");
  const leave = () => (setChosen(""), onClose());
  if (chosen) {
    const input = { email: address.join(" "), minutes: Number(time) };
    return (
      <ActPreflight
        name={`span.${chosen}`}
        title={`Show the totals of ${tenant.name}`}
        verb="Grant"
        action="identity:elevation.grant"
        input={input}
        run={async ({ plan_hash }, reason, options) => {
          await api.elevations.grantSpan({ ...input, reason, plan_hash }, { ...options, context });
          return {};
        }}
        onClose={leave}
      />
    );
  }
  return (
    <Dialog title={`Show the totals of ${tenant.name}`} onClose={leave}>
      <form onSubmit={(event) => (event.preventDefault(), setChosen(`${minutes} ${email.trim()}`))}>
        <Stack gap="md">
          <Text size="sm">
            How many services, open incidents and deployments there are, beside their own tenant; nothing else.
          </Text>
          <TextInput
            label="Email"
            type="email"
            required
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <NumberInput label="Minutes" min={1} required value={minutes} onChange={setMinutes} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={leave}>
              Cancel
            </Button>
            <Button type="submit" disabled={!email.trim() || !Number(minutes)}>
              Show what it does
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
