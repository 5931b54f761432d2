import { ActionIcon, Button, Center, Tooltip } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { DataTable, type DataTableColumn, type DataTableSortStatus } from "mantine-datatable";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { download, toCsv } from "./csv";
import { useInspect, type Subject } from "./inspect";
import { rememberOrder } from "./order";
import { useShortcut } from "./shortcuts";
import { Soon } from "./Soon";

export interface Column<T> {
  key: string;
  title: string;
  render: (row: T) => ReactNode;
  /** What the column is sorted by and exported as; without it, it is neither. */
  value?: (row: T) => string | number | null | undefined;
  right?: boolean;
  width?: number | string;
}

export interface DataListProps<T> {
  /** What the list is called: for the export, the keyboard and the next page's `j` and `k`. */
  name: string;
  rows: T[];
  columns: Column<T>[];
  idOf: (row: T) => string;
  /** Larger is worse: the list begins with the worst. Without it, the server's order stands. */
  worst?: (row: T) => number;
  pathOf?: (row: T) => string;
  subjectOf?: (row: T) => Subject;
  /** Keys `j`, `k`, `o` and `i` belong to the page's main list only. */
  keyboard?: boolean;
  more?: { has: boolean; busy: boolean; load: () => void };
}

/** Every table of the console: worst first, sortable, exported as CSV, walked with `j` and `k`. */
export function DataList<T>({
  name,
  rows,
  columns,
  idOf,
  worst,
  pathOf,
  subjectOf,
  keyboard = false,
  more,
}: DataListProps<T>) {
  const [sort, setSort] = useState<DataTableSortStatus<T>>({ columnAccessor: "", direction: "desc" });
  const sorted = useMemo(() => order(rows, columns, sort, worst), [rows, columns, sort, worst]);
  const cursor = useCursor(sorted, { keyboard, idOf, ...(pathOf && { pathOf }), ...(subjectOf && { subjectOf }) });

  useEffect(() => {
    if (pathOf) rememberOrder(name, sorted.map(pathOf));
  }, [name, sorted, pathOf]);

  const shape: DataTableColumn<T>[] = columns.map(({ key, title, render, value, right, width }) => ({
    accessor: key,
    title,
    render,
    sortable: value !== undefined,
    textAlign: right ? "right" : "left",
    ...(width === undefined ? {} : { width }),
  }));
  return (
    <div className="list">
      <Soon name={name} rows={Math.min(rows.length, 12)}>
        {() => (
          <DataTable
            idAccessor={(row) => idOf(row)}
            records={sorted}
            columns={shape}
            sortStatus={sort}
            onSortStatusChange={setSort}
            minHeight={0}
            withTableBorder={false}
            noRecordsText=""
            highlightOnHover
            rowClassName={(row) => (idOf(row) === cursor ? "cursor" : undefined)}
          />
        )}
      </Soon>
      {more?.has && (
        <Center p="sm">
          <Button variant="default" loading={more.busy} onClick={more.load}>
            Load more
          </Button>
        </Center>
      )}
    </div>
  );
}

/** The export button of a list; put it in the panel's head. */
export function ExportButton<T>({ name, rows, columns }: Pick<DataListProps<T>, "name" | "rows" | "columns">) {
  const exported = columns.flatMap(({ title, value }) => (value ? [{ title, value }] : []));
  const none = rows.length === 0 ? "There is nothing to export." : undefined;
  const save = () => download(`${name}.csv`, new Blob([toCsv(exported, rows)], { type: "text/csv;charset=utf-8" }));
  return (
    <Tooltip label={none ?? "Export as CSV"} events={{ hover: true, focus: true, touch: true }}>
      <ActionIcon
        aria-label={`Export ${name} as CSV`}
        {...(none ? { "aria-disabled": true, "data-disabled": true, "aria-description": none } : { onClick: save })}
      >
        <IconDownload size={15} />
      </ActionIcon>
    </Tooltip>
  );
}

function order<T>(
  rows: T[],
  columns: Column<T>[],
  sort: DataTableSortStatus<T>,
  worst: DataListProps<T>["worst"],
): T[] {
  const value = columns.find(({ key }) => key === sort.columnAccessor)?.value;
  if (value) {
    const sign = sort.direction === "asc" ? 1 : -1;
    return rows.toSorted((a, b) => sign * compare(value(a), value(b)));
  }
  return worst ? rows.toSorted((a, b) => worst(b) - worst(a)) : rows;
}

function compare(a: string | number | null | undefined, b: string | number | null | undefined): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (a === null || a === undefined) return -1;
  if (b === null || b === undefined) return 1;
  return String(a).localeCompare(String(b), "en", { numeric: true });
}

function useCursor<T>(
  rows: T[],
  {
    keyboard,
    idOf,
    pathOf,
    subjectOf,
  }: Pick<DataListProps<T>, "idOf" | "pathOf" | "subjectOf"> & { keyboard: boolean },
) {
  const [at, setAt] = useState(-1);
  const navigate = useNavigate();
  const { open } = useInspect();
  const row = rows[at];
  const step = (by: number) => setAt(Math.max(0, Math.min(rows.length - 1, at + by)));
  useShortcut("j", "Next row", () => step(1), { enabled: keyboard, group: "Lists" });
  useShortcut("k", "Previous row", () => step(-1), { enabled: keyboard, group: "Lists" });
  useShortcut("o", "Open the row", () => row && pathOf && void navigate({ to: pathOf(row), search: true } as never), {
    enabled: keyboard && pathOf !== undefined,
    group: "Lists",
  });
  useShortcut("i", "Inspect the row", () => row && subjectOf && open(subjectOf(row)), {
    enabled: keyboard && subjectOf !== undefined,
    group: "Lists",
  });
  useEffect(() => {
    if (at >= 0) document.querySelector(".list tr.cursor")?.scrollIntoView({ block: "nearest" });
  }, [at]);
  return row && idOf(row);
}
