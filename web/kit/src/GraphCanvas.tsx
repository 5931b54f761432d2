import { useComputedColorScheme } from "@mantine/core";
import cytoscape from "cytoscape";
import fcose from "cytoscape-fcose";
import { useEffect, useRef } from "react";
import { type GraphProps, oneKind } from "./Graph";

cytoscape.use(fcose);

// cytoscape would write a <style> element without the page's nonce unless it finds one by this id; kit.css has its one rule.
const stylesheet = document.createElement("meta");
stylesheet.id = "__________cytoscape_stylesheet";
document.head.append(stylesheet);

const INK = {
  dark: {
    text: "#e6e8eb",
    faint: "#99a1ad",
    edge: "#434b57",
    fill: "#1f242b",
    ground: "#14181d",
    ok: "#20c997",
    warn: "#fcc419",
    bad: "#ff6b6b",
    info: "#4dabf7",
    idle: "#868e96",
    centre: "#6f78f0",
  },
  light: {
    text: "#14181d",
    faint: "#59626e",
    edge: "#b9c0c9",
    fill: "#ffffff",
    ground: "#ffffff",
    ok: "#0ca678",
    warn: "#e67700",
    bad: "#e03131",
    info: "#1c7ed6",
    idle: "#868e96",
    centre: "#434ed4",
  },
};

type CanvasProps = Omit<GraphProps, "height"> & { height: number };

/** The canvas behind `Graph`; loaded with cytoscape when the first graph comes into a page. */
export default function GraphCanvas({ label, nodes, edges, onOpen, height }: CanvasProps) {
  const box = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme("dark", { getInitialValueInEffect: false });

  useEffect(() => {
    if (!box.current) return;
    const ink = INK[scheme];
    const drawn = cytoscape({
      container: box.current,
      elements: [
        ...nodes.map(({ key, title, tone, centre }) => ({
          data: { id: key, title, color: centre ? ink.centre : ink[tone], size: centre ? 26 : 18 },
        })),
        ...edges.map(({ from, to, kind }) => ({
          data: { id: `${from} ${kind} ${to}`, source: from, target: to, kind: kind.replaceAll("_", " ") },
        })),
      ],
      layout: {
        name: "fcose",
        animate: false,
        randomize: true,
        quality: "proof",
        nodeDimensionsIncludeLabels: true, // labels take room, so they do not lie on each other
        idealEdgeLength: 90,
        nodeSeparation: 110,
        nodeRepulsion: 12_000,
        padding: 24,
      } as cytoscape.LayoutOptions,
      minZoom: 0.3,
      maxZoom: 2,
      userZoomingEnabled: false,
      style: [
        {
          selector: "node",
          style: {
            width: "data(size)",
            height: "data(size)",
            "background-color": ink.fill,
            "border-width": 2,
            "border-color": "data(color)",
            label: "data(title)",
            color: ink.text,
            "font-size": 11,
            "font-family": "Inter Variable, sans-serif",
            "text-valign": "bottom",
            "text-margin-y": 5,
            "text-wrap": "wrap",
            "text-max-width": "110px",
            "text-background-color": ink.ground,
            "text-background-opacity": 0.85,
            "text-background-padding": "2px",
          },
        },
        {
          selector: "edge",
          style: {
            width: 1.2,
            "line-color": ink.edge,
            "target-arrow-color": ink.edge,
            "target-arrow-shape": "triangle",
            "arrow-scale": 0.8,
            "curve-style": "bezier",
            ...(oneKind(edges) === undefined ? kindLabel(ink) : {}),
          },
        },
      ],
    });
    drawn.on("tap", "node", (event) => onOpen(event.target.id()));
    const fit = () => {
      drawn.resize().fit(undefined, 24);
      drawn.nodes().style("font-size", 11 / Math.min(drawn.zoom(), 1)); // 11 pixels, however small the picture is
    };
    const resize = new ResizeObserver(fit);
    resize.observe(box.current);
    return () => {
      resize.disconnect();
      drawn.destroy();
    };
  }, [nodes, edges, onOpen, scheme]);

  return <div ref={box} role="img" aria-label={label} style={{ height }} className="graph" />;
}

const kindLabel = (ink: { faint: string; ground: string }) => ({
  label: "data(kind)",
  "font-size": 9,
  color: ink.faint,
  "text-rotation": "autorotate" as const,
  "text-background-color": ink.ground,
  "text-background-opacity": 0.85,
});
