import { Go, useCompanyOS, useContextOfUrl } from "@companyos/kit";
import { Button, Group, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { SCOPE, useConsent } from "./usage";

/** Asks once, quietly, whether CompanyOS may learn from how it is used; until there is an answer nothing is collected. */
export function ConsentCard({ onGo }: { onGo: () => void }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const given = useConsent();
  const choose = useMutation({
    mutationFn: (yes: boolean) => api.consents.choose(SCOPE, yes, { context }),
    onSuccess: () => queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === "consents" }),
  });
  if (given !== null) return null;
  return (
    <section className="consent" aria-label="Your consent">
      <Text size="xs" className="ink">
        May CompanyOS learn from how you use it? Your name is not kept.
      </Text>
      {choose.error && (
        <Text size="xs" c="red" role="alert">
          {choose.error.message}
        </Text>
      )}
      <Group gap={6} mt={6} wrap="nowrap">
        <Button size="compact-xs" variant="default" loading={choose.isPending} onClick={() => choose.mutate(true)}>
          Yes
        </Button>
        <Button size="compact-xs" variant="default" disabled={choose.isPending} onClick={() => choose.mutate(false)}>
          No
        </Button>
        <Go to="/privacy" fz="xs" ml="auto" onClick={onGo}>
          What is told
        </Go>
      </Group>
    </section>
  );
}
