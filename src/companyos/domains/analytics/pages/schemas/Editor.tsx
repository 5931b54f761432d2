import { Act, Failure, Lines, Panel, plural, useCompanyOS, useContextOfUrl, useLoad } from "@companyos/kit";
import type { SchemaCheck, SchemaDetail } from "@companyos/sdk";
import { Alert, Badge, Button, Checkbox, Code, Group, List, Stack, Text, TextInput, Textarea } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

const TYPING = 400;
const FIRST = {
  title: "Order placed",
  type: "object",
  additionalProperties: false,
  required: ["amount"],
  properties: { amount: { type: "integer", minimum: 0, description: "In cents." } },
  "x-companyos": { consent: "product_analytics", purposes: ["product_improvement"], feature: "checkout" },
};

/** Write a schema, or the next version of one; what it would be is told while you write, and nothing is kept before. */
export function Editor({ of, onClose }: { of?: SchemaDetail; onClose: () => void }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState(of?.name ?? "shop.order_placed");
  const [text, setText] = useState(() => JSON.stringify(of ? unversioned(of.document) : FIRST, null, 2));
  const [note, setNote] = useState("");
  const [meant, setMeant] = useState(false);
  const [settled] = useDebouncedValue(text, TYPING);
  const [called] = useDebouncedValue(name, TYPING);
  const document = readObject(settled);
  const check = useLoad(
    ["schemas", called, "check", settled],
    (known, options) => known.schemas.check({ name: called, document: document ?? {} }, options),
    { enabled: document !== undefined && called !== "" },
  );
  const keep = useMutation({
    mutationFn: () =>
      of
        ? api.schemas.evolve(of.name, { document: document ?? {}, note, allow: allowed(check.data) }, { context })
        : api.schemas.register({ name: called, document: document ?? {}, note }, { context }),
    onSuccess: async (kept) => {
      await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === "schemas" });
      onClose();
      void navigate({ to: `/analytics/schemas/${kept.name}` });
    },
  });
  const grave = check.data?.outcome === "revision" || check.data?.outcome === "model";
  const hindrance =
    document === undefined
      ? "This is no JSON object yet."
      : !check.data
        ? "It is not a schema yet."
        : check.data.outcome === "same"
          ? "Nothing would change."
          : !of && check.data.outcome !== "new"
            ? "There is a schema of that name: open it to change it."
            : grave && !meant
              ? "Say that senders know of it first."
              : undefined;
  return (
    <Panel title={of ? `Next version of ${of.name}` : "New schema"} sub="JSON Schema 2020-12 with labels" pad>
      <Stack gap="md">
        {keep.error && <Failure error={keep.error} />}
        {!of && (
          <TextInput
            label="Name"
            description="What happened, in two words with a dot between: shop.order_placed"
            value={name}
            onChange={(event) => setName(event.currentTarget.value.trim())}
            required
            maw={420}
          />
        )}
        <Textarea
          label="Document"
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 12.5 } }}
          autosize
          minRows={12}
          maxRows={32}
          spellCheck={false}
          value={text}
          error={document === undefined ? "This is no JSON object." : undefined}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {check.error ? (
          <Failure error={check.error} />
        ) : check.data ? (
          <Outcome check={check.data} />
        ) : (
          <Lines rows={2} />
        )}
        <TextInput
          label="Note"
          description="Why, for those who come later"
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          maw={640}
        />
        {of && grave && (
          <Checkbox
            label={`Keep it as ${check.data?.becomes ?? ""}: senders know that what they send now may be refused`}
            checked={meant}
            onChange={(event) => setMeant(event.currentTarget.checked)}
          />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Act
            action={of ? "data:schema.evolve" : "data:schema.register"}
            {...(of && { type: "data.schema", id: of.name })}
            hindrance={hindrance}
            loading={keep.isPending}
            onClick={() => keep.mutate()}
          >
            {of ? "Keep this version" : "Register it"}
          </Act>
        </Group>
      </Stack>
    </Panel>
  );
}

const COLORS = { new: "teal", same: "gray", addition: "teal", revision: "yellow", model: "red" } as const;
const SAID = {
  new: "Would be new",
  same: "Changes nothing",
  addition: "An addition: everything that is sent now still fits",
  revision: "A revision: some of what is sent now may be refused",
  model: "Another model: what is sent now does not fit",
} as const;

/** What a document would become, and each difference to what stands. */
const Outcome = ({ check: { outcome, becomes, changes } }: { check: SchemaCheck }) => (
  <Alert color={COLORS[outcome]} title={SAID[outcome]} role="status">
    <Text size="sm" className="ink">
      {outcome === "same" ? `It stays ${becomes}.` : `It becomes ${becomes}.`}
      {changes.length > 0 && ` ${plural(changes.length, "difference")}:`}
    </Text>
    {changes.length > 0 && (
      <List size="sm" mt={6} spacing={4}>
        {changes.map(({ pointer, kind, sentence }) => (
          <List.Item key={`${pointer} ${sentence}`} className="ink break">
            <Badge color="gray" mr={6}>
              {kind}
            </Badge>
            <Code>{pointer || "/"}</Code> {sentence}
          </List.Item>
        ))}
      </List>
    )}
  </Alert>
);

const allowed = (check: SchemaCheck | undefined) =>
  check?.outcome === "revision" || check?.outcome === "model" ? check.outcome : "addition";

function readObject(text: string): Record<string, unknown> | undefined {
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === "object" && found !== null && !Array.isArray(found)
      ? (found as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The document without the version that it says: the next one is found by what changes. */
function unversioned(document: Record<string, unknown>): Record<string, unknown> {
  const said = document["x-companyos"];
  if (typeof said !== "object" || said === null) return document;
  const labels = Object.fromEntries(Object.entries(said).filter(([key]) => key !== "version"));
  return { ...document, "x-companyos": labels };
}
