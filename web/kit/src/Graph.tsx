import { ActionIcon, List, Skeleton, Text, Tooltip } from "@mantine/core";
import { IconList, IconTopologyStar3 } from "@tabler/icons-react";
import { Suspense, lazy, useState } from "react";
import { type Tone } from "./Status";

const GraphCanvas = lazy(() => import("./GraphCanvas"));

export interface GraphNode {
  /** `type:id` */
  key: string;
  title: string;
  type: string;
  tone: Tone;
  centre?: boolean;
}
export interface GraphEdge {
  from: string;
  to: string;
  kind: string;
}

export interface GraphProps {
  label: string;
  nodes: GraphNode[];
  edges: GraphEdge[];
  onOpen: (key: string) => void;
  height?: number;
}

/** The one kind that all relations have, if they do: then the legend says it once instead of every arrow. */
export function oneKind(edges: GraphEdge[]): string | undefined {
  const kinds = new Set(edges.map(({ kind }) => kind));
  return kinds.size === 1 ? edges[0]?.kind.replaceAll("_", " ") : undefined;
}

/** Things and how they hang together, as a picture or as sentences. */
export function Graph({ label, nodes, edges, onOpen, height = 260 }: GraphProps) {
  const [asText, setAsText] = useState(false);
  return (
    <figure className="chart" aria-label={label}>
      <Tooltip label={asText ? "Show as graph" : "Show as list"}>
        <ActionIcon
          size="sm"
          className="chart-switch"
          onClick={() => setAsText(!asText)}
          aria-label={asText ? `${label}: show as graph` : `${label}: show as list`}
        >
          {asText ? <IconTopologyStar3 size={14} /> : <IconList size={14} />}
        </ActionIcon>
      </Tooltip>
      {asText ? (
        <Sentences nodes={nodes} edges={edges} height={height} label={label} />
      ) : (
        <Suspense fallback={<Skeleton height={height} />}>
          <GraphCanvas
            label={`${label}. ${nodes.length} things, ${edges.length} relations.`}
            nodes={nodes}
            edges={edges}
            onOpen={onOpen}
            height={height}
          />
        </Suspense>
      )}
      {!asText && <Legend kind={oneKind(edges)} />}
    </figure>
  );
}

const Legend = ({ kind }: { kind: string | undefined }) =>
  kind && (
    <Text component="figcaption" size="xs" c="dimmed" px="md" pb={8}>
      A <span aria-hidden>→</span> B: A {kind} B
    </Text>
  );

function Sentences({
  nodes,
  edges,
  height,
  label,
}: Pick<GraphProps, "nodes" | "edges" | "label"> & { height: number }) {
  const title = (key: string) => nodes.find((node) => node.key === key)?.title ?? key;
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="scroll pad" style={{ height }} tabIndex={0} role="region" aria-label={`${label}, list`}>
      <List size="sm" spacing={4} listStyleType="none">
        {edges.map((edge) => (
          <List.Item key={`${edge.from} ${edge.kind} ${edge.to}`}>
            {title(edge.from)}{" "}
            <Text span c="dimmed" size="sm">
              {edge.kind.replaceAll("_", " ")}
            </Text>{" "}
            {title(edge.to)}
          </List.Item>
        ))}
      </List>
    </div>
  );
}
