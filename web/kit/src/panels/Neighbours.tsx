import type { Neighbours as Found } from "@companyos/sdk";
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
  const nodes = useMemo(() => nodesOf(near, centre), [near, centre]);
  const edges = useMemo(
    () => near.neighbours.map(({ kind, direction, entity }) => (direction === "out" ? { from: centre, to: subjectKey(entity), kind } : { from: subjectKey(entity), to: centre, kind })),
    [near, centre],
  );
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
  if (near.neighbours.length === 0) return <Empty>Nothing in the graph touches this yet.</Empty>;
  return <Graph label={`What ${subject.id} touches`} nodes={nodes} edges={edges} onOpen={go} height={height} />;
}

function nodesOf({ entity, neighbours }: Found, centre: string) {
  const known = new Map([entity, ...neighbours.map((near) => near.entity)].map((one) => [subjectKey(one), one]));
  return [...known].map(([key, { type, id, title, attrs }]) => ({ key, title: title || id, type, tone: toneOf(String(attrs["health"] ?? attrs["status"] ?? "")), centre: key === centre }));
}
