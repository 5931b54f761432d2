import { Text } from "@mantine/core";

export interface Bar {
  name: string;
  value: number;
}

/** One number of each thing, beside its name: read by eye as lengths, by a listener as a list. */
export function Bars({
  label,
  bars,
  format = plain,
}: {
  label: string;
  bars: Bar[];
  format?: (value: number) => string;
}) {
  const most = Math.max(...bars.map(({ value }) => value), 0) || 1;
  return (
    <ul className="bars" aria-label={label}>
      {bars.map(({ name, value }, place) => (
        <li key={`${place} ${name}`}>
          <Text span size="xs" truncate title={name}>
            {name || "none"}
          </Text>
          <svg width="100%" height={14} preserveAspectRatio="none" viewBox="0 0 100 14" aria-hidden>
            <rect width={Math.max((value / most) * 100, 0.4)} height={14} rx={1} />
          </svg>
          <Text span size="xs" className="num" ta="right">
            {format(value)}
          </Text>
        </li>
      ))}
    </ul>
  );
}

const plain = (value: number) => value.toLocaleString("en");
