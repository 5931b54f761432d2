import {
  Act,
  Failure,
  Lines,
  Loaded,
  PageHead,
  Panel,
  useCompanyOS,
  useContextOfUrl,
  useDraft,
  useLoad,
} from "@companyos/kit";
import { CompanyOSError } from "@companyos/sdk";
import { Group, NumberInput, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Editor } from "./Editor";
import { type Ask, Samples, readSample } from "./Samples";
import { Simulation } from "./Simulation";

const TEMPLATE = `@id("tenant.words-with-dashes")
@reason("A sentence that tells a person why.")
@remedy("wait")
forbid (
  principal,
  action == CompanyOS::Action::"operations:deployment.roll_back",
  resource
)
unless { principal in CompanyOS::Role::"administrator" };
`;

/** Write the tenant's own policies, see which decisions they would change, and propose them. */
export default function ProposePage() {
  const set = useLoad(["policies", "set"], (api, options) => api.policies.set(options));
  return (
    <Stack gap="md">
      <PageHead
        up={{ to: "/policies", title: "Policies" }}
        title="Propose policies"
        sub="They add to those of the house and bind this tenant only. Nothing changes until they are approved and applied."
      />
      <Loaded of={set} loading={<Lines rows={12} />}>
        {({ text, number }) => <Form key={number} name={`policies.${number}`} before={text || TEMPLATE} />}
      </Loaded>
    </Stack>
  );
}

function Form({ name, before }: { name: string; before: string }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [text, setText, clearText] = useDraft(name, before);
  const [why, setWhy, clearWhy] = useDraft(`${name}.why`);
  const [samples, setSamples] = useState<Ask[]>([]);
  const [last, setLast] = useState<number>(1000);
  const simulate = useMutation({
    meta: { action: "policy:set.simulate" },
    mutationFn: () => api.policies.simulate({ text, last, samples: samples.map(readSample) }, { context }),
  });
  const propose = useMutation({
    meta: { action: "policy:set.propose" },
    mutationFn: () => api.policies.propose({ text, why }, { context }),
    onSuccess: ({ id }) => {
      clearText();
      clearWhy();
      void queries.invalidateQueries();
      void navigate({ to: `/policies/proposals/${id}`, search: true } as never);
    },
  });
  const failure = propose.error ?? simulate.error;
  const faults = faultsOf(failure);
  return (
    <Stack gap="md">
      <Panel title="The tenant's own policies" sub="Cedar; ids start with tenant." pad>
        <Editor text={text} onChange={setText} faults={faults} />
      </Panel>
      <Panel title="Try it" sub="nothing is changed by trying" pad>
        <Stack gap="sm">
          <Samples of={samples} onChange={setSamples} />
          <Group align="flex-end" gap="sm">
            <NumberInput
              label="Recorded decisions"
              description="The newest are made again"
              min={0}
              max={10_000}
              value={last}
              onChange={(value) => setLast(Number(value))}
              w={200}
            />
            <Act
              action="policy:set.simulate"
              variant="default"
              loading={simulate.isPending}
              onClick={() => (propose.reset(), simulate.mutate())}
            >
              Simulate
            </Act>
          </Group>
        </Stack>
      </Panel>
      {failure && faults.length === 0 && <Failure error={failure} />}
      {simulate.data && <Simulation of={simulate.data} />}
      <Panel title="Propose" pad>
        <Group align="flex-end" gap="sm">
          <TextInput
            label="Why"
            description="Kept with the evidence"
            flex={1}
            value={why}
            onChange={(event) => setWhy(event.currentTarget.value)}
          />
          <Act
            action="policy:set.propose"
            loading={propose.isPending}
            hindrance={why.trim() ? undefined : "Say why first."}
            onClick={() => (simulate.reset(), propose.mutate())}
          >
            Propose
          </Act>
        </Group>
      </Panel>
    </Stack>
  );
}

/** The faults of the text itself; other refusals are told as everywhere. */
function faultsOf(error: unknown) {
  const reasons = error instanceof CompanyOSError ? (error.problem.reasons ?? []) : [];
  return reasons.filter(({ code }) => ["policy_invalid", "policy_lockout", "nothing_changes"].includes(code));
}
