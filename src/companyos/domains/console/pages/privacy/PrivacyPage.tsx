import {
  Act,
  Failure,
  Lines,
  Loaded,
  PageHead,
  Panel,
  Tag,
  stamp,
  useCompanyOS,
  useContextOfUrl,
  useLoad,
  useMe,
} from "@companyos/kit";
import type { Consent } from "@companyos/sdk";
import { Group, List, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";

const TITLES: Record<string, { title: string; sub: string }> = {
  product_analytics: { title: "Product analytics", sub: "how CompanyOS is used, so that it gets better" },
};

/** What is collected of the person who is signed in: their own choice, and what follows from it. */
export default function PrivacyPage() {
  const consents = useLoad(["consents"], (api, options) => api.consents.list(options));
  return (
    <Stack gap="md">
      <PageHead title="Privacy" sub="What is collected of you is your own choice, in this tenant" />
      <Loaded of={consents} loading={<Lines rows={6} />}>
        {({ items }) => items.map((one) => <Choice key={one.scope} of={one} />)}
      </Loaded>
      <Told />
    </Stack>
  );
}

function Choice({ of: { scope, given, since } }: { of: Consent }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const choose = useMutation({
    mutationFn: (yes: boolean) => api.consents.choose(scope, yes, { context }),
    onSuccess: () => queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === "consents" }),
  });
  const own = { type: "data.consent", id: useMe().person.id };
  const { title, sub } = TITLES[scope] ?? { title: scope, sub: "" };
  return (
    <Panel title={title} sub={sub} pad>
      <Stack gap="sm">
        {choose.error && <Failure error={choose.error} />}
        <Group gap="sm">
          <Tag tone={given ? "ok" : "idle"}>
            {given === null ? "not asked yet" : given ? "you agreed" : "you said no"}
          </Tag>
          {since && (
            <Text size="sm" c="dimmed">
              since {stamp(since)}
            </Text>
          )}
        </Group>
        <Text size="sm">
          {given
            ? "Taking it back stops this at once. What was collected under it is not read any more, unless you agree again."
            : "Nothing of what you do is collected. Everything works as well without it."}
        </Text>
        <Group gap="xs">
          {!given && (
            <Act {...own} action="data:consent.give" loading={choose.isPending} onClick={() => choose.mutate(true)}>
              Agree
            </Act>
          )}
          {given !== false && (
            <Act
              {...own}
              action="data:consent.withdraw"
              variant="default"
              loading={choose.isPending}
              onClick={() => choose.mutate(false)}
            >
              {given ? "Take it back" : "Say no"}
            </Act>
          )}
        </Group>
      </Stack>
    </Panel>
  );
}

const Told = () => (
  <Panel title="What is told, if you agree" sub="and nothing besides" pad>
    <List size="sm" spacing={4}>
      <List.Item>Which kind of page you look at, such as “a service”; not which service.</List.Item>
      <List.Item>Which acts you carry out, whether they worked, and how long they took; not on what.</List.Item>
      <List.Item>That you searched, how long your words were and how much was found; not the words.</List.Item>
      <List.Item>That the console showed you why something was not possible.</List.Item>
      <List.Item>Your role, the size of your screen and its theme, your visit, and when.</List.Item>
    </List>
    <Text size="sm" mt="sm">
      Instead of your name a pseudonym is kept, which only this tenant's key can make. The schemas that these events
      keep to can be read under Schemas; their names begin with companyos.
    </Text>
  </Panel>
);
