import { NOTHING } from "@companyos/kit";
import { ScrollArea, Table, Text } from "@mantine/core";

type Fields = Record<string, unknown>;

/** Data as it was answered: a list of things as a table, one thing as its fields. */
export function Kept({ value, label }: { value: unknown; label: string }) {
  if (isFields(value) && isRows(value.items)) return <Rows rows={value.items} label={label} />;
  if (isRows(value)) return <Rows rows={value} label={label} />;
  if (!isFields(value)) return <Text size="sm">{text(value)}</Text>;
  return (
    <Table layout="fixed" aria-label={label}>
      <Table.Tbody>
        {Object.entries(value).map(([name, field]) => (
          <Table.Tr key={name}>
            <Table.Th scope="row" w={180}>
              {name.replaceAll("_", " ")}
            </Table.Th>
            <Table.Td>{isRows(field) ? <Rows rows={field} label={name.replaceAll("_", " ")} /> : text(field)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Rows({ rows, label }: { rows: Fields[]; label: string }) {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return (
    <ScrollArea viewportProps={{ tabIndex: 0, role: "region", "aria-label": `Rows of ${label}` }}>
      <Table aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            {names.map((name) => (
              <Table.Th key={name} scope="col">
                {name.replaceAll("_", " ")}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, n) => (
            <Table.Tr key={n}>
              {names.map((name) => (
                <Table.Td key={name}>{text(row[name])}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  );
}

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isRows = (value: unknown): value is Fields[] =>
  Array.isArray(value) && value.length > 0 && value.every((one) => isFields(one));

/** A value in a cell; what is nested further stays JSON. */
function text(value: unknown): string {
  if (value === null || value === undefined || value === "") return NOTHING;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
