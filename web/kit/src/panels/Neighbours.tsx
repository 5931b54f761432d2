import { CompanyOSError, type Neighbours as Found } from "@companyos/sdk";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { Graph, type GraphEdge } from "../Graph";
import { type Subject, pageOf, readSubject, subjectKey, useInspect } from "../inspect";
import { toneOf } from "../Status";
import { Block, Empty, Loaded } from "../States";
import { useLoad } from "../session";

const UNTOUCHED = "Nothing in the graph touches this yet.";

type Near = Found["neighbours"][number];

/** A thing and all that it touches in the graph; a tap goes there. */
export function Neighbours({ subject, height = 280 }: { subject: Subject; height?: number }) {
  const found = useLoad(["graph", subject], (api, o) =>
    api.graph.neighbours({ type: subject.type, id: subject.id }, o),
  );
  // The graph learns from events, so a thing that was made a moment ago may not be in it yet.
  if (found.error instanceof CompanyOSError && found.error.status === 404) return <Empty>{UNTOUCHED}</Empty>;
  return (
    <Loaded of={found} loading={<Block height={height} />}>
      {(near) => <Drawn near={near} subject={subject} height={height} />}
    </Loaded>
  );
}

function Drawn({ near, subject, height }: { near: Found; subject: Subject; height: number }) {
  const { open } = useInspect();
  const navigate = useNavigate();
  const centre = subjectKey(subject);
  const { nodes, edges } = useMemo(() => drawing(near), [near]);
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
  if (near.neighbours.length === 0) return <Empty>{UNTOUCHED}</Empty>;
  return <Graph label={`What ${subject.id} touches`} nodes={nodes} edges={edges} onOpen={go} height={height} />;
}

const CROWD = 7; // more of one type than this and only the newest are drawn; the rest is one node that says how many

function drawing({ entity: centre, neighbours }: Found) {
  const nodes = new Map([[subjectKey(centre), nodeOf(centre, true)]]);
  const edges: GraphEdge[] = [];
  const join = (key: string, { kind, direction }: Near) =>
    edges.push(
      direction === "out" ? { from: subjectKey(centre), to: key, kind } : { from: key, to: subjectKey(centre), kind },
    );
  for (const [type, members = []] of Object.entries(Object.groupBy(neighbours, (near) => near.entity.type))) {
    const newest = members.toSorted((a, b) => b.since.localeCompare(a.since));
    const drawn = newest.length > CROWD ? newest.slice(0, CROWD - 2) : newest;
    for (const near of drawn) {
      nodes.set(subjectKey(near.entity), nodeOf(near.entity, false));
      join(subjectKey(near.entity), near);
    }
    const [first] = newest;
    if (first && drawn.length < newest.length) {
      nodes.set(type, {
        key: type,
        title: `${newest.length - drawn.length} more ${type.split(".").at(-1)}s`,
        type,
        tone: "idle",
        centre: false,
      });
      join(type, first);
    }
  }
  return { nodes: [...nodes.values()], edges };
}

function nodeOf({ type, id, title, attrs }: Found["entity"], centre: boolean) {
  return {
    key: subjectKey({ type, id }),
    title: title || id,
    type,
    tone: toneOf(String(attrs["health"] ?? attrs["status"] ?? "")),
    centre,
  };
}
