import {
  Act,
  Ago,
  DataList,
  Empty,
  Failure,
  Lines,
  Loaded,
  NOTHING,
  Panel,
  useCompanyOS,
  useContextOfUrl,
  useLoad,
} from "@companyos/kit";
import type { Feedback } from "@companyos/sdk";
import { Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";

/** Which producers are told of their refused events, and what they answered last. */
export function Feedbacks({ onTell }: { onTell: () => void }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const told = useLoad(["feedback"], (known, options) => known.feedback.list(options));
  const remove = useMutation({
    mutationFn: (producer: string) => api.feedback.remove(producer, { context }),
    onSettled: () => queries.invalidateQueries(),
  });
  return (
    <Panel
      title="Producers that are told"
      sub="one signed message, at most every few minutes"
      right={
        <Act action="analytics:feedback.set" size="xs" variant="default" onClick={onTell}>
          Tell a producer
        </Act>
      }
    >
      {remove.error && (
        <div className="pad">
          <Failure error={remove.error} />
        </div>
      )}
      <Loaded of={told} loading={<Lines rows={2} />}>
        {({ items }) =>
          items.length > 0 ? (
            <DataList
              name="feedback"
              rows={items}
              idOf={({ id }) => id}
              columns={[
                ...COLUMNS,
                {
                  key: "remove",
                  title: "",
                  right: true,
                  render: ({ id, producer }) => (
                    <Act
                      action="analytics:feedback.remove"
                      type="analytics.feedback"
                      id={id}
                      size="xs"
                      variant="default"
                      loading={remove.isPending && remove.variables === producer}
                      onClick={() => remove.mutate(producer)}
                    >
                      Stop
                    </Act>
                  ),
                },
              ]}
            />
          ) : (
            <Empty>No producer is told yet. Give one an address, and it hears of its refused events by itself.</Empty>
          )
        }
      </Loaded>
    </Panel>
  );
}

const COLUMNS = [
  {
    key: "producer",
    title: "Producer",
    value: ({ producer }: Feedback) => producer,
    render: ({ producer }: Feedback) => producer,
  },
  {
    key: "url",
    title: "Address",
    value: ({ url }: Feedback) => url,
    render: ({ url }: Feedback) => <Text className="break">{url}</Text>,
  },
  {
    key: "told",
    title: "Told",
    value: ({ told_at }: Feedback) => told_at,
    render: ({ told_at }: Feedback) => (told_at ? <Ago at={told_at} /> : NOTHING),
  },
  {
    key: "said",
    title: "Answer",
    value: ({ said }: Feedback) => said,
    render: ({ said }: Feedback) => said || NOTHING,
  },
];
