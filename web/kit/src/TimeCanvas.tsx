import { useComputedColorScheme } from "@mantine/core";
import { LineChart } from "echarts/charts";
import { BrushComponent, GridComponent, TooltipComponent } from "echarts/components";
import { type EChartsType, init, use as register } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import type { Band, ChartProps, Series } from "./Chart";

register([LineChart, GridComponent, TooltipComponent, BrushComponent, CanvasRenderer]);

const INK = {
  dark: {
    text: "#99a1ad",
    strong: "#e6e8eb",
    line: "rgba(139,147,159,.14)",
    tip: "#1f242b",
    edge: "#2a3038",
    main: "#7d86f5",
    second: "#38bdb0",
    third: "#9aa4b2",
    bad: "#ff6b6b",
  },
  light: {
    text: "#59626e",
    strong: "#14181d",
    line: "rgba(60,70,84,.12)",
    tip: "#ffffff",
    edge: "#d5d9df",
    main: "#434ed4",
    second: "#0b7f74",
    third: "#6a727e",
    bad: "#e03131",
  },
};
type Palette = (typeof INK)["dark"];

type CanvasProps = Omit<ChartProps, "label"> & { summary: string };

/** The canvas behind `Chart`; loaded with ECharts when the first chart comes into a page. */
export default function TimeCanvas({ summary, series, format, onZoom, band, ceiling, height }: CanvasProps) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(null);
  const scheme = useComputedColorScheme("dark", { getInitialValueInEffect: false });

  useEffect(() => {
    if (!box.current) return;
    const made = init(box.current, undefined, { renderer: "canvas" });
    chart.current = made;
    const resize = new ResizeObserver(() => made.resize());
    resize.observe(box.current);
    return () => {
      resize.disconnect();
      made.dispose();
    };
  }, []);

  useEffect(() => {
    chart.current?.setOption(optionOf(series, format, INK[scheme], ceiling, band), { notMerge: true });
    chart.current?.dispatchAction({
      type: "takeGlobalCursor",
      key: "brush",
      brushOption: { brushType: "lineX", brushMode: "single" },
    });
  }, [series, format, ceiling, band, scheme]);

  useEffect(() => {
    const made = chart.current;
    const zoom = (event: unknown) => {
      const range = (event as { areas: { coordRange?: [number, number] }[] }).areas[0]?.coordRange;
      made?.dispatchAction({ type: "brush", areas: [] });
      if (range && range[1] - range[0] > 1000)
        onZoom({ from: new Date(range[0]).toISOString(), to: new Date(range[1]).toISOString() });
    };
    made?.on("brushEnd", zoom);
    return () => void (made?.isDisposed() || made?.off("brushEnd", zoom));
  }, [onZoom]);

  return <div ref={box} role="img" aria-label={summary} style={{ height }} />;
}

function optionOf(
  series: Series[],
  format: (value: number) => string,
  ink: Palette,
  ceiling?: number,
  band: Band = [],
) {
  const axis = {
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { color: ink.text, fontSize: 10.5, hideOverlap: true },
  };
  return {
    animation: false,
    textStyle: { fontFamily: "Inter Variable, Inter, sans-serif" },
    grid: { left: 52, right: 14, top: 14, bottom: 24 },
    // richText: an HTML tooltip needs style attributes, which the content security policy forbids.
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      backgroundColor: ink.tip,
      borderColor: ink.edge,
      textStyle: { color: ink.strong, fontSize: 11.5 },
      valueFormatter: (value: unknown) => (typeof value === "number" ? format(value) : "–"),
    },
    brush: {
      xAxisIndex: 0,
      toolbox: [],
      brushStyle: { color: "rgba(111,120,240,.16)", borderColor: ink.main, borderWidth: 1 },
      outOfBrush: { colorAlpha: 1 },
    },
    xAxis: { type: "time", ...axis, splitLine: { show: false } },
    yAxis: {
      type: "value",
      min: 0,
      splitNumber: 4,
      ...(ceiling === undefined ? {} : bounded(series, ceiling)),
      ...axis,
      axisLabel: { ...axis.axisLabel, formatter: format },
      splitLine: { lineStyle: { color: ink.line } },
    },
    series: [
      ...expected(band, ink),
      ...series.map(({ name, tone, points, area, dots }) => ({
        name,
        type: "line",
        // A point between two gaps has no line to be seen by: only such a one gets a dot.
        data: points.map((value, i) => ({ value, symbol: dots || alone(points, i) ? "circle" : "none" })),
        showSymbol: true,
        showAllSymbol: true,
        symbolSize: dots ? 8 : 5,
        itemStyle: { color: ink[tone] },
        lineStyle: { width: dots ? 0 : 1.6, color: ink[tone] },
        ...(area ? { areaStyle: { color: ink[tone], opacity: 0.12 } } : {}),
      })),
    ],
  };
}

/** A band is two stacked lines: an unseen one at its foot, and its height, filled. */
function expected(band: Band, ink: Palette) {
  const known = band.filter(([, low, high]) => low !== null && high !== null);
  if (known.length === 0) return [];
  const line = { type: "line", stack: "band", symbol: "none", silent: true, lineStyle: { width: 0 } };
  const height = ([at, low, high]: Band[number]) => [at, (high ?? 0) - (low ?? 0)];
  return [
    { ...line, name: "Expected at least", itemStyle: { color: ink.third }, data: known.map(([at, low]) => [at, low]) },
    {
      ...line,
      name: "Width of what was expected",
      itemStyle: { color: ink.third },
      data: known.map(height),
      areaStyle: { color: ink.third, opacity: 0.18 },
    },
  ];
}

const isGap = (point: [number, number | null] | undefined) => point === undefined || point[1] === null;
const alone = (points: Series["points"], i: number) => isGap(points[i - 1]) && isGap(points[i + 1]);

/** An axis that ends at the ceiling when the lines come near it, and is not all height when they lie at zero. */
function bounded(series: Series[], ceiling: number) {
  const top = Math.max(0, ...series.flatMap(({ points }) => points.map(([, value]) => value ?? 0)));
  const max = top > ceiling * 0.7 ? ceiling : top === 0 ? ceiling / 100 : undefined;
  return max === undefined ? {} : { max, interval: max / 4 };
}
