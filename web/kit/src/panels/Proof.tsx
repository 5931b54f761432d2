import { type Proof as Given, type ProofStep, checkProof, sidesOf } from "@companyos/sdk";
import { Button, Code, Group, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { plural } from "../format";
import { StatusDot, type Tone } from "../Status";

/** What ties one record to the signed checkpoint, step by step; the browser can go the same way by itself. */
export function Proof({ of: proof }: { of: Given }) {
  const check = useMutation({ mutationFn: () => checkProof(proof) });
  const found = (name: ProofStep["name"]) => check.data?.find((step) => step.name === name);
  const sides = sidesOf(proof);
  return (
    <Stack gap="sm">
      <ol className="timeline proof" aria-label="Proof">
        <Step title="Leaf" sub={`record #${proof.leaf_index}, hashed`} found={found("leaf")}>
          <Code className="break">{proof.leaf_hash}</Code>
        </Step>
        <Step title="Path" sub={plural(proof.hashes.length, "neighbour")} found={found("path")}>
          {proof.hashes.map((hash, i) => (
            <Group key={hash} gap={8} wrap="nowrap" align="baseline">
              <Text size="xs" c="dimmed" w={34}>
                {sides?.[i] ?? "?"}
              </Text>
              <Code className="break">{hash}</Code>
            </Group>
          ))}
        </Step>
        <Step title="Root" sub="of the whole tree" found={found("path")} quiet>
          <Code className="break">{proof.root}</Code>
        </Step>
        <Step title="Checkpoint" sub={plural(proof.tree_size, "record")} found={found("checkpoint")}>
          <Code block className="excerpt">
            {proof.checkpoint.trim()}
          </Code>
        </Step>
        <Step title="Key" sub="whose signature the checkpoint bears" found={found("signature")}>
          <Code className="break">{proof.public_key.kid}</Code>
        </Step>
      </ol>
      <Group gap="sm">
        <Button variant="default" loading={check.isPending} onClick={() => check.mutate()}>
          Verify in this browser
        </Button>
        <Verdict steps={check.data} error={check.error} />
      </Group>
      <details>
        <summary className="dimmed">As JSON</summary>
        <Code block className="break">
          {JSON.stringify(proof, null, 2)}
        </Code>
      </details>
    </Stack>
  );
}

function Verdict({ steps, error }: { steps: ProofStep[] | undefined; error: Error | null }) {
  if (error)
    return (
      <Text size="sm" className="tone-bad" role="alert">
        The proof cannot be read: {error.message}
      </Text>
    );
  if (!steps) return null;
  const wrong = steps.filter(({ ok }) => ok === false);
  return (
    <Text size="sm" className={wrong.length > 0 ? "tone-bad" : "tone-ok"} role="status">
      {wrong.length > 0
        ? wrong.map(({ sentence }) => `${sentence}.`).join(" ")
        : "Whole: nothing was changed or moved."}
    </Text>
  );
}

const toneOfStep = (step: ProofStep | undefined): Tone => (step?.ok === undefined ? "idle" : step.ok ? "ok" : "bad");

interface StepProps {
  title: string;
  sub: string;
  found: ProofStep | undefined;
  /** The step above has said it. */
  quiet?: boolean;
  children: ReactNode;
}

const Step = ({ title, sub, found, quiet = false, children }: StepProps) => (
  <li>
    <StatusDot tone={toneOfStep(found)} {...(found && { label: found.sentence })} />
    <Stack gap={4}>
      <Group gap={8}>
        <Text size="sm" fw={550}>
          {title}
        </Text>
        <Text size="xs" c="dimmed">
          {found && !quiet ? found.sentence : sub}
        </Text>
      </Group>
      {children}
    </Stack>
  </li>
);
