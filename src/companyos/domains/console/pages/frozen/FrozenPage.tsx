import { Actor, Block, Go, Loaded, PageHead, Panel, Reasons, plural, stamp, useLoad } from "@companyos/kit";
import { type FrozenProof, type Replay, type ReplayedPart, checkFrozen, readPinned } from "@companyos/sdk";
import { Alert, Code, Stack, Text } from "@mantine/core";
import { IconSnowflake } from "@tabler/icons-react";
import { useParams } from "@tanstack/react-router";
import { Kept } from "./Kept";

/** What a screen showed once, so far as its viewer may see it now; verified here, the server is not believed. */
export default function FrozenPage() {
  const { id = "" } = useParams({ strict: false }) as { id?: string };
  const loaded = useLoad(["frozen", id], async (api, options) => {
    const [replay, keys] = await Promise.all([api.frozen.get(id, options), api.evidence.keys(options)]);
    const proof = await checkFrozen(replay, await readPinned(keys));
    const faults = replay.fault === null ? proof.faults : [replay.fault];
    return { replay, proof, faults };
  });
  return (
    <Loaded of={loaded} what="frozen view" loading={<Block height={420} />}>
      {({ replay: found, proof, faults }) => (
        <Stack gap="md">
          <PageHead
            frozen
            up={{ to: "/frozen", title: "Frozen views" }}
            title={found.title ?? "Frozen view"}
            sub={found.path ? <Go to={found.path.split("?")[0] ?? "/"}>Go to the page as it is now</Go> : undefined}
          />
          {faults.length > 0 ? (
            <Changed faults={faults} />
          ) : (
            <>
              <Banner of={found} proof={proof} />
              {found.parts.map((part, n) => (
                <Part key={part.read} of={part} proven={proof.proven.has(n)} />
              ))}
            </>
          )}
        </Stack>
      )}
    </Loaded>
  );
}

const Changed = ({ faults }: { faults: string[] }) => (
  <Alert color="red" title="This frozen view was changed since it was signed" role="alert">
    {faults.join(" ")} Nothing of it is shown. Tell whoever looks after this installation.
  </Alert>
);

function Banner({ of, proof }: { of: Replay; proof: FrozenProof }) {
  const { view, name, policy_then, policy_now, parts } = of;
  const withheld = parts.filter(({ body }) => body === null).length;
  const cut = parts.reduce((sum, part) => sum + part.cut, 0);
  return (
    <Alert color="indigo" icon={<IconSnowflake size={18} />} title={`Frozen ${stamp(view.at)}`} role="note">
      <Text size="sm">
        By {name} (<Actor of={view.by} size="sm" />) in {view.environment}; kept until {stamp(view.until)}.
      </Text>
      <Text size="sm">
        Under policy <Code>{policy_then?.slice(0, 12)}</Code>, shown under{" "}
        {policy_then === policy_now ? "the same" : <Code>{policy_now.slice(0, 12)}</Code>}.
      </Text>
      <Signed proof={proof} />
      {withheld + cut > 0 && (
        <Text size="sm">Withheld from you: {withheldIn(withheld, cut)}, for the reasons below.</Text>
      )}
    </Alert>
  );
}

/** By whom the signature of what is shown was verified: here, or by the server alone, and why. */
function Signed({ proof: { proven, unproven, signers } }: { proof: FrozenProof }) {
  const shown = proven.size + unproven.size;
  if (shown === 0) return null;
  return (
    <Text size="sm">
      {proven.size > 0 && (
        <>
          This browser verified the signature over{" "}
          {unproven.size > 0
            ? `${proven.size} of ${plural(shown, "part")}`
            : `${plural(shown, "part")}, all that is shown`}
          , by the key <Code>{[...signers].map((kid) => kid.slice(0, 12)).join(", ")}</Code> that the ledger
          publishes.{" "}
        </>
      )}
      {unproven.size > 0 &&
        `The server alone vouches for ${plural(unproven.size, "part")}: you see rows by other conditions than who froze them, and the signature is over all of them.`}
    </Text>
  );
}

const Part = ({ of: { read, body, reasons }, proven }: { of: ReplayedPart; proven: boolean }) => (
  <Panel
    title={nameOf(read)}
    sub={read}
    right={
      proven && (
        <Text size="xs" className="tone-ok">
          Verified
        </Text>
      )
    }
  >
    <Stack gap="sm" p="md">
      {reasons.length > 0 && (
        <Reasons title={body === null ? "Withheld" : "Some rows are withheld"} reasons={reasons} />
      )}
      {body !== null && <Kept value={body} label={nameOf(read)} />}
    </Stack>
  </Panel>
);

const withheldIn = (parts: number, rows: number) =>
  [parts > 0 && plural(parts, "part"), rows > 0 && plural(rows, "row")].filter(Boolean).join(" and ");

/** `/api/v1/services/checkout?limit=5` is "services checkout". */
const nameOf = (read: string) =>
  decodeURIComponent(read.split("?")[0] ?? "")
    .replace(/^\/api\/v\d+\//, "")
    .replaceAll("/", " ");
