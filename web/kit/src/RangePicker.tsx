import { Badge, Button, Group, Popover, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { IconClock } from "@tabler/icons-react";
import { useState } from "react";
import { PRESETS, instant, rangeLabel } from "./time";
import { presetOf, useRange } from "./url";

/** The page's time range: a preset, or any two times in `now-6h` or RFC 3339 form. */
export function RangePicker() {
  const [range, setRange] = useRange();
  const preset = presetOf(range);
  return (
    <Group gap={6} wrap="nowrap">
      {!preset && (
        <Badge
          color="indigo"
          rightSection={
            <button
              type="button"
              className="plain"
              aria-label="Back to the last 6 hours"
              onClick={() => setRange({ from: "now-6h", to: "now" })}
            >
              ×
            </button>
          }
        >
          {rangeLabel(range)}
        </Badge>
      )}
      <SegmentedControl
        size="xs"
        aria-label="Time range"
        data={[...PRESETS]}
        value={preset ?? ""}
        onChange={(next) => setRange({ from: `now-${next}`, to: "now" })}
      />
      <Exact key={`${range.from} ${range.to}`} />
    </Group>
  );
}

function Exact() {
  const [range, setRange] = useRange();
  const [from, setFrom] = useState(range.from);
  const [to, setTo] = useState(range.to);
  const [start, end] = [instant(from), instant(to)];
  const wrong =
    start === undefined || end === undefined
      ? "Write now-90m, now-7d, now, or 2026-11-22T10:00Z."
      : start >= end
        ? "The first time must be before the second."
        : undefined;
  return (
    <Popover position="bottom-end" shadow="md" trapFocus transitionProps={{ duration: 0 }}>
      <Popover.Target>
        <Button variant="default" px={8} aria-label="Exact time range">
          <IconClock size={14} />
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form onSubmit={(event) => (event.preventDefault(), wrong || setRange({ from, to }))}>
          <Stack gap="sm">
            <TextInput
              label="From"
              size="xs"
              value={from}
              onChange={(event) => setFrom(event.currentTarget.value)}
              data-autofocus
            />
            <TextInput label="To" size="xs" value={to} onChange={(event) => setTo(event.currentTarget.value)} />
            <Text size="xs" c={wrong ? "red" : "dimmed"} role={wrong ? "alert" : undefined}>
              {wrong ?? "Shared by every chart of the page, and by the link you copy."}
            </Text>
            <Button type="submit" disabled={wrong !== undefined}>
              Apply
            </Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
