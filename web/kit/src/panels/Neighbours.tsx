import type { EntityRef, Neighbours as Found } from "@companyos/sdk";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { Graph } from "../Graph";
import { type Subject, pageOf, readSubject, subjectKey, useInspect } from "../inspect";
import { toneOf } from "../Status";
import { Block, Empty, Loaded } from "../States";
import { useLoad } from "../session";

/** A thing and all that it touches in the graph; a tap goes there. */
export function Neighbours({ subject, height = 280 }: { subject: Subject; height?: number }) {
  const found = useLoad(["graph", subject], (api, o) => api.graph.neighbours({ type: subject.type, id: subject.id }, o));
  return <Loaded of={found} loading={<Block height={height} />}>{(near) => <Drawn near={near} subject={subject} height={height} />}</Loaded>;
}

function Drawn({ near, subject, height }: { near: Found; subject: Subject; height: number }) {
  const { open } = useInspect();
  const navigate = useNavigate();
  const centre = subjectKey(subject);
  const nodes = useMemo(() => near.nodes.map((node) => ({ key: subjectKey(node), title: node.title ?? node.id, type: node.type, tone: toneOf(String(node.attributes?.["health"] ?? "")), centre: subjectKey(node) === centre })), [near, centre]);
  const edges = useMemo(() => near.relations.map((relation) => ({ from: key(relation.from), to: key(relation.to), kind: relation.kind })), [near]);
  const go = useCallback(
    (to: string) => {
      const next = readSubject(to);
      if (!next || to === centre) return;
      const page = pageOf(next);
      if (page) void navigate({ to: page, search: true } as never);
      else open(next);
    },
    [navigate, open, centre],
  );
  if (near.relations.length === 0) return <Empty>Nothing in the graph touches this yet.</Empty>;
  return <Graph label={`What ${subject.id} touches`} nodes={nodes} edges={edges} onOpen={go} height={height} />;
}

const key = (ref: EntityRef) => subjectKey(ref);
