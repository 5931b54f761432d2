import {
  Act,
  Actor,
  Block,
  DownloadEvidence,
  Loaded,
  PageHead,
  Permitted,
  SubjectLink,
  download,
  useCompanyOS,
  useContextOfUrl,
  useLoad,
} from "@companyos/kit";
import { Pack } from "@companyos/kit/pack";
import "@companyos/kit/pack.css";
import { type PackReport, readPinned, verifyPack } from "@companyos/sdk";
import { Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";

/** One pack, verified here in the browser against the keys that the ledger publishes; the server is not believed. */
export default function PackPage() {
  const { id = "" } = useParams({ strict: false }) as { id?: string };
  return (
    <Permitted action="evidence:pack.read" what="this pack" head={<Head title="Evidence pack" />}>
      <Verified id={id} />
    </Permitted>
  );
}

const Head = (words: { title: string; sub?: string }) => (
  <PageHead up={{ to: "/evidence", title: "Evidence" }} {...words} />
);

function Verified({ id }: { id: string }) {
  const report = useLoad(["evidence", id], async (api, options) => {
    const [pack, keys] = await Promise.all([api.evidence.download(id, options), api.evidence.keys(options)]);
    return verifyPack(new Uint8Array(await pack.arrayBuffer()), await readPinned(keys));
  });
  return (
    <Loaded of={report} what="evidence pack" loading={<Block height={420} />}>
      {(found) => (
        <Stack gap="md">
          <Head
            title={found.statement?.predicate.title ?? "Evidence pack"}
            sub="Verified in this browser, byte for byte"
          />
          <Pack
            of={found}
            trustedFrom="the ledger publishes, fetched just now from this server"
            show={show}
            actions={<Take id={id} of={found} />}
          />
        </Stack>
      )}
    </Loaded>
  );
}

/** Take it along: the pack, or one HTML file that verifies and shows it anywhere. */
function Take({ id, of: report }: { id: string; of: PackReport }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const save = useMutation({
    mutationFn: () => api.evidence.view(id, { context }),
    onSuccess: (file) => download(`evidence-${id}.html`, file),
  });
  return (
    <>
      <DownloadEvidence id={id} variant="default" />
      <Act action="evidence:pack.read" variant="default" loading={save.isPending} onClick={() => save.mutate()}>
        Download as one HTML file
      </Act>
      {save.error && (
        <Text size="xs" className="tone-bad" role="alert">
          {save.error.message}
        </Text>
      )}
      {report.findings.length > 0 && (
        <Text size="sm">Keep the file as it is, and tell whoever looks after this installation.</Text>
      )}
    </>
  );
}

const show = (ref: string) =>
  /^(person|service|system|anonymous):/.test(ref) ? <Actor of={ref} size="sm" /> : <SubjectLink of={ref} />;
