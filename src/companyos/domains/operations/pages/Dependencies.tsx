import { Block, Empty, Graph, Loaded, Panel, toneOf, useLoad } from "@companyos/kit";
import type { Dependencies as Found } from "@companyos/sdk";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";

/** What a service needs and what needs it, each with its health. */
export function Dependencies({ service }: { service: string }) {
  const found = useLoad(["services", service, "dependencies"], (api, options) =>
    api.services.dependencies(service, options),
  );
  return (
    <Panel title="Dependencies" sub="what it needs, and what needs it">
      <Loaded of={found} loading={<Block height={280} />}>
        {(known) => <Drawn found={known} />}
      </Loaded>
    </Panel>
  );
}

function Drawn({ found }: { found: Found }) {
  const navigate = useNavigate();
  const open = useCallback(
    (name: string) => void navigate({ to: `/services/${encodeURIComponent(name)}` }),
    [navigate],
  );
  const { nodes, edges } = useMemo(() => drawing(found), [found]);
  if (edges.length === 0) return <Empty>It needs no other service, and none needs it.</Empty>;
  return <Graph label={`Dependencies of ${found.service}`} nodes={nodes} edges={edges} onOpen={open} height={300} />;
}

function drawing({ service, depends_on, dependents, unknown }: Found) {
  const others = [...depends_on, ...dependents].map(({ name, health }) => ({
    key: name,
    title: name,
    type: "operations.service",
    tone: toneOf(health),
  }));
  const strangers = unknown.map((name) => ({
    key: name,
    title: name,
    type: "operations.service",
    tone: "idle" as const,
  }));
  const centre = { key: service, title: service, type: "operations.service", tone: "info" as const, centre: true };
  const nodes = [...new Map([...others, ...strangers, centre].map((node) => [node.key, node])).values()];
  const needs = [...depends_on.map(({ name }) => name), ...unknown].map((name) => ({
    from: service,
    to: name,
    kind: "needs",
  }));
  return { nodes, edges: [...needs, ...dependents.map(({ name }) => ({ from: name, to: service, kind: "needs" }))] };
}
