import {
  Act,
  Actor,
  Block,
  DownloadEvidence,
  Excerpt,
  Failure,
  Go,
  Loaded,
  PageHead,
  Panel,
  stamp,
  useCompanyOS,
  useContextOfUrl,
  useLoad,
} from "@companyos/kit";
import type { PolicySetVersion } from "@companyos/sdk";
import { Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Compared } from "./Compared";

export default function VersionPage() {
  const { number = "0" } = useParams({ strict: false }) as { number?: string };
  const version = useLoad(["policies", "versions", number], (api, options) =>
    api.policies.versionOf(Number(number), options),
  );
  return (
    <Loaded of={version} what="version" loading={<Block height={400} />}>
      {(it) => (
        <Stack gap="md">
          <Head version={it} />
          <Panel title="Changes" sub={it.changes.map(({ id, kind }) => `${kind} ${id}`).join(", ")}>
            <Compared diff={it.diff} label={`What version ${it.number} changed`} />
          </Panel>
          <Panel title="Text" pad>
            <Excerpt label={`Text of version ${it.number}`}>{it.text || "// none"}</Excerpt>
          </Panel>
        </Stack>
      )}
    </Loaded>
  );
}

/** Who applied it, who approved it, the proof, and the way back to it. */
function Head({
  version: { number, why, proposal, applied_by, approved_by, at, evidence_id },
}: {
  version: PolicySetVersion;
}) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const set = useLoad(["policies", "set"], (known, options) => known.policies.set(options));
  const inForce = set.data?.number === number;
  const back = useMutation({
    mutationFn: () => api.policies.propose({ version: number, why: `Back to version ${number}` }, { context }),
    onSuccess: ({ id }) => {
      void queries.invalidateQueries();
      void navigate({ to: `/policies/proposals/${id}`, search: true } as never);
    },
  });
  return (
    <>
      <PageHead
        up={{ to: "/policies", title: "Policies" }}
        title={`Version ${number}`}
        badges={
          <Text size="sm" className={inForce ? "tone-ok" : "dimmed"}>
            {inForce ? "in force" : "earlier"}
          </Text>
        }
        sub={
          <>
            {why} · applied by <Actor of={applied_by} />
            {approved_by && (
              <>
                {", approved by "}
                <Actor of={approved_by} />
              </>
            )}
            {`, ${stamp(at)}`}
          </>
        }
      >
        <Go to={`/policies/proposals/${proposal}`} size="sm">
          Proposal
        </Go>
        <DownloadEvidence id={evidence_id} variant="default" />
        <Act
          action="policy:set.propose"
          hindrance={inForce ? "It is in force." : undefined}
          loading={back.isPending}
          onClick={() => back.mutate()}
        >
          Roll back to this
        </Act>
      </PageHead>
      {back.error && <Failure error={back.error} />}
    </>
  );
}
