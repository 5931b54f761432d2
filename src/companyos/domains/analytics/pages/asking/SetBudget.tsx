import { Act, Dialog, Failure, bytes, useCompanyOS, useContextOfUrl } from "@companyos/kit";
import { Button, Group, NumberInput, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Held } from "./BudgetsPage";

const GB = 1e9;

/** Set how much a holder's questions may read in a day, or go back to the default. */
export function SetBudget({ held: { holder, title, spending }, onClose }: { held: Held; onClose: () => void }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const [amount, setAmount] = useState<number | string>(spending.limit / GB);
  const set = useMutation({
    mutationFn: (limit: number | null) => api.budgets.set(holder, limit, { context }),
    onSuccess: onClose,
    onSettled: () => queries.invalidateQueries(),
  });
  return (
    <Dialog title={title} size={440} onClose={onClose}>
      <Stack gap="md">
        {set.error && <Failure error={set.error} />}
        <NumberInput
          label="GB a day"
          description={`Now ${bytes(spending.limit)}${spending.own ? "" : ", by default"}. 0 lets nobody ask.`}
          value={amount}
          onChange={setAmount}
          min={0}
          decimalScale={3}
          required
          data-autofocus
        />
        <Text size="xs" c="dimmed">
          A day is that of UTC. Who is over the budget is told so before anything is read.
        </Text>
        <Group justify="flex-end" gap="xs">
          {spending.own && (
            <Act
              action="analytics:budget.set"
              variant="default"
              loading={set.isPending}
              onClick={() => set.mutate(null)}
            >
              Back to the default
            </Act>
          )}
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Act
            action="analytics:budget.set"
            loading={set.isPending}
            hindrance={typeof amount === "number" ? undefined : "Write how many GB."}
            onClick={() => set.mutate(Math.round(Number(amount) * GB))}
          >
            Set it
          </Act>
        </Group>
      </Stack>
    </Dialog>
  );
}
