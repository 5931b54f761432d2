import { Chart, type Column, DataList, Empty, Panel, bytes, millis, plural, stamp } from "@companyos/kit";
import type { Answer } from "@companyos/sdk";
import { Text } from "@mantine/core";
import { Bars } from "./Bars";
import { type Drawing, drawn } from "./drawn";
import "./asking.css";

type Row = { place: number; cells: unknown[] };

/** An answer: drawn when it can be, and always as a table. */
export function Result({ answer }: { answer: Answer }) {
  const rows = answer.rows.map((cells, place): Row => ({ place, cells }));
  const drawing = drawn(answer);
  const said = `${plural(rows.length, "row")} · read ${bytes(answer.bytes_spent)} · ${millis(answer.ms)}`;
  return (
    <Panel title="Answer" sub={said}>
      {answer.truncated && (
        <Text size="sm" className="pad tone-warn">
          There are more rows than an answer may have; these are some of them. Ask for fewer with LIMIT or GROUP BY.
        </Text>
      )}
      {rows.length === 0 ? (
        <Empty>Nothing matches. Look further back, or ask for another purpose.</Empty>
      ) : (
        <>
          {drawing && <Drawn of={drawing} />}
          <DataList
            name="answer"
            rows={rows}
            columns={columnsOf(answer)}
            idOf={({ place }) => String(place)}
            keyboard
          />
        </>
      )}
    </Panel>
  );
}

const Drawn = ({ of: drawing }: { of: Drawing }) => (
  <div className="pad">
    {drawing.kind === "bars" ? (
      <Bars label={drawing.label} bars={drawing.bars} />
    ) : (
      <Chart
        label={drawing.label}
        series={drawing.series}
        format={(value) => value.toLocaleString("en")}
        onZoom={() => undefined}
      />
    )}
  </div>
);

const columnsOf = ({ columns }: Answer): Column<Row>[] =>
  columns.map(({ name, kind }, place) => ({
    key: `${place} ${name}`,
    title: name,
    right: kind === "number",
    value: ({ cells }) => sortable(cells[place]),
    render: ({ cells }) => <Cell value={cells[place]} kind={kind} />,
  }));

const sortable = (value: unknown) =>
  typeof value === "number" || typeof value === "string" ? value : value === null ? null : JSON.stringify(value);

function Cell({ value, kind }: { value: unknown; kind: Answer["columns"][number]["kind"] }) {
  if (value === null || value === undefined)
    return (
      <Text span size="sm" c="dimmed">
        none
      </Text>
    );
  if (kind === "number" && typeof value === "number") return <span className="num">{value.toLocaleString("en")}</span>;
  if (kind === "time" && typeof value === "string")
    return (
      <span className="num" title={value}>
        {/T/.test(value) ? stamp(value) : value}
      </span>
    );
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return (
    <Text span size="sm" className="answer-cell" title={text} truncate>
      {text}
    </Text>
  );
}
