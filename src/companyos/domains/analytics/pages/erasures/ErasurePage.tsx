import {
  Act,
  ActPreflight,
  Actor,
  DownloadEvidence,
  Failure,
  Go,
  Lines,
  Loaded,
  PageHead,
  Panel,
  Permitted,
  Stat,
  Status,
  StatusDot,
  ago,
  stamp,
  useCompanyOS,
  useContextOfUrl,
  useLoad,
  useWord,
} from "@companyos/kit";
import type { ErasureDetail } from "@companyos/sdk";
import { Code, Group, SimpleGrid, Stack, Table, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";

const WATCH_MS = 3000;

/** One erasure: what each place said, and the certificate. */
export default function ErasurePage() {
  const { id = "" } = useParams({ strict: false }) as { id?: string };
  return (
    <Permitted action="data:erasure.list" what="erasures">
      <One id={id} />
    </Permitted>
  );
}

function One({ id }: { id: string }) {
  const erasure = useErasure(id);
  return (
    <Loaded of={erasure} what="erasure" loading={<Lines rows={8} />}>
      {(found) => (
        <>
          {found.state === "erasing" && <Watch id={id} />}
          <Shown erasure={found} />
        </>
      )}
    </Loaded>
  );
}

const useErasure = (id: string, every?: number) =>
  useLoad(["erasures", id], (api, options) => api.erasures.get(id, options), every ? { every } : {});

/** Looks again while places are worked on: they do not announce themselves. */
function Watch({ id }: { id: string }) {
  useErasure(id, WATCH_MS);
  return null;
}

function Shown({ erasure }: { erasure: ErasureDetail }) {
  const { subject, state, reference, requested_by, requested_at, begun_at, begun_by, ended_at, evidence_id } = erasure;
  const erased = erasure.places.reduce((sum, place) => sum + place.erased, 0);
  const proved = erasure.places.filter(({ remaining }) => remaining === 0).length;
  return (
    <Stack gap="md">
      <PageHead
        up={{ to: "/analytics/erasures", title: "Erasure" }}
        title={`Subject ${subject.slice(0, 8)}`}
        badges={<Status code={state} />}
        sub={
          <>
            Asked by <Actor of={requested_by} /> {ago(requested_at)}
            {reference && `, as ${reference}`}
          </>
        }
      >
        <Verbs erasure={erasure} />
      </PageHead>
      {begun_at && (
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          <Stat label="Unreadable since" value={ago(begun_at)} note={stamp(begun_at)} tone="ok" />
          <Stat label="Taken out" value={erased.toLocaleString("en")} note="of all places together" />
          <Stat
            label="Places proved empty"
            value={`${proved} of ${erasure.places.length}`}
            tone={proved === erasure.places.length ? "ok" : "idle"}
            note={ended_at ? `certified ${stamp(ended_at)}` : "files in use are deleted a minute later"}
          />
        </SimpleGrid>
      )}
      {evidence_id && (
        <Panel
          title="Certificate"
          sub="signed, with every place and its counts"
          pad
          right={<DownloadEvidence id={evidence_id} size="xs" />}
        >
          <Text size="sm">
            <Go to={`/evidence/${evidence_id}`} size="sm">
              Look at the evidence
            </Go>
            , or check it without this server: <Code>companyos evidence verify FILE</Code>
          </Text>
        </Panel>
      )}
      <Panel
        title="Places"
        sub={
          begun_at ? (
            <>
              carried out by <Actor of={begun_by} />
            </>
          ) : (
            "once it is carried out"
          )
        }
        pad={!erasure.places.length}
      >
        {erasure.places.length > 0 ? <Places of={erasure} /> : <Text size="sm">Nothing was erased yet.</Text>}
      </Panel>
      <Text size="xs" c="dimmed" className="break">
        Fingerprint of the subject: <Code>{subject}</Code>. It is the same for the same person, and tells nobody who
        that is.
      </Text>
    </Stack>
  );
}

const Places = ({ of: { places } }: { of: ErasureDetail }) => (
  <Table.ScrollContainer minWidth={480}>
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Place</Table.Th>
          <Table.Th ta="right">Taken out</Table.Th>
          <Table.Th ta="right">Left on disk</Table.Th>
          <Table.Th>Proved</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {places.map((place) => (
          <Table.Tr key={place.place}>
            <Table.Td>
              {place.title}
              <Text size="xs" c="dimmed" ff="monospace" className="break">
                {place.place}
              </Text>
            </Table.Td>
            <Table.Td ta="right">{`${place.erased.toLocaleString("en")} ${place.counted}`}</Table.Td>
            <Table.Td ta="right">{place.remaining === null ? "–" : place.remaining.toLocaleString("en")}</Table.Td>
            <Table.Td>
              <Group gap={7} wrap="nowrap">
                <StatusDot tone={place.remaining === 0 ? "ok" : "info"} />
                {place.proved_at ? stamp(place.proved_at) : "on its way"}
              </Group>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  </Table.ScrollContainer>
);

function Verbs({ erasure: { id, state, subject } }: { erasure: ErasureDetail }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const [act, setAct] = useWord("act");
  const withdraw = useMutation({
    mutationFn: () => api.erasures.withdraw(id, { context }),
    onSettled: () => queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey.includes("erasures") }),
  });
  const on = { type: "data.erasure", id };
  return (
    <>
      {withdraw.error && <Failure error={withdraw.error} />}
      {state === "requested" && (
        <Group gap="xs">
          <Act
            action="data:erasure.withdraw"
            {...on}
            variant="default"
            loading={withdraw.isPending}
            onClick={() => withdraw.mutate()}
          >
            Withdraw
          </Act>
          <Act action="data:erasure.carry_out" {...on} onClick={() => setAct("carry_out")}>
            Erase
          </Act>
        </Group>
      )}
      {act === "carry_out" && (
        <ActPreflight
          name={`erasures.${id}.carry_out`}
          title={`Erase subject ${subject.slice(0, 8)}`}
          verb="Erase everywhere"
          action="data:erasure.carry_out"
          {...on}
          run={async ({ plan_hash }, reason, options) => {
            await api.erasures.carryOut(id, { plan_hash, reason }, { ...options, context });
            return {};
          }}
          onClose={() => setAct("")}
        />
      )}
    </>
  );
}
