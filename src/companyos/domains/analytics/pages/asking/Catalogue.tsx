import type { AskableTable } from "@companyos/sdk";
import { Collapse, Group, ScrollArea, Text, Tooltip, UnstyledButton } from "@mantine/core";
import { IconChevronDown, IconChevronRight, IconEyeOff, IconLock } from "@tabler/icons-react";
import { useState } from "react";

interface CatalogueProps {
  tables: AskableTable[];
  onPick: (name: string) => void;
}

/** What there is to ask about, and what of it one does not see in clear. */
export const Catalogue = ({ tables, onPick }: CatalogueProps) => (
  <ScrollArea.Autosize mah={380} type="auto" scrollbars="y">
    <ul className="catalogue">
      {tables.map((table, place) => (
        <TableEntry key={table.name} table={table} onPick={onPick} first={place === 0} />
      ))}
    </ul>
  </ScrollArea.Autosize>
);

function TableEntry({ table, onPick, first }: { table: AskableTable; onPick: (name: string) => void; first: boolean }) {
  const [open, setOpen] = useState(first);
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <li>
      <Group gap={4} wrap="nowrap">
        <UnstyledButton
          onClick={() => setOpen(!open)}
          aria-expanded={open}
          aria-label={`${open ? "Close" : "Open"} ${table.name}`}
        >
          <Chevron size={13} className="dimmed" />
        </UnstyledButton>
        <Name of={table.name} onPick={onPick} strong />
        {!table.readable && <Why icon={IconLock} text={table.why} />}
      </Group>
      <Collapse expanded={open}>
        <Text fz={11} c="dimmed" pl={18}>
          for {table.purposes.join(" or ").replaceAll("_", " ")}
        </Text>
        <ul>
          {table.columns.map((column) => (
            <li key={column.name}>
              <Group gap={6} wrap="nowrap">
                <Name of={column.name} onPick={onPick} />
                <Text span fz={11} c="dimmed" truncate>
                  {column.type}
                </Text>
                {column.masked && <Why icon={IconEyeOff} text={`Not shown in clear: ${column.masked}.`} />}
              </Group>
            </li>
          ))}
        </ul>
      </Collapse>
    </li>
  );
}

const Name = ({ of, onPick, strong = false }: { of: string; onPick: (name: string) => void; strong?: boolean }) => (
  <UnstyledButton
    className="link mono"
    fz="xs"
    fw={strong ? 600 : 400}
    onClick={() => onPick(of)}
    title={`Write ${of}`}
  >
    {of}
  </UnstyledButton>
);

/** An icon that says why, to the eye, the pointer and the keyboard. */
const Why = ({ icon: Icon, text }: { icon: typeof IconLock; text: string }) => (
  <Tooltip label={text} multiline maw={280} events={{ hover: true, focus: true, touch: true }}>
    <UnstyledButton aria-label={text}>
      <Icon size={12} className="dimmed" />
    </UnstyledButton>
  </Tooltip>
);
