import { Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Act } from "./Act";
import { useList } from "./session";

/** Run a plan about what is on the screen: choose one, and its page opens filled in, with a dry run before anything. */
export function RunPlan({ told }: { told: Record<string, string> }) {
  const [open, setOpen] = useState(false);
  const navigate = useNavigate();
  const plans = useList(
    ["plans"],
    (api, cursor, options) => api.plans.list({ cursor: cursor ?? null, limit: 100 }, options),
    { enabled: open },
  );
  const go = (name: string) =>
    void navigate({
      to: `/plans/${name}`,
      search: ((now: Record<string, string>) => ({
        ...now,
        ...Object.fromEntries(Object.entries(told).map(([key, value]) => [`p.${key}`, value])),
      })) as never,
    } as never);
  return (
    <Menu opened={open} onChange={setOpen} position="bottom-end" transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <Act
          action="maestro:plan.list"
          variant="default"
          rightSection={<IconChevronDown size={14} />}
          onClick={() => undefined} // the menu opens itself
        >
          Run a plan
        </Act>
      </Menu.Target>
      <Menu.Dropdown>
        {plans.data?.map(({ name, title }) => (
          <Menu.Item key={name} onClick={() => go(name)}>
            {title}
          </Menu.Item>
        ))}
        {plans.data?.length === 0 && <Menu.Label>There is no plan yet.</Menu.Label>}
        {plans.error && <Menu.Label>{plans.error.message}</Menu.Label>}
        {plans.isPending && <Menu.Label>Loading…</Menu.Label>}
      </Menu.Dropdown>
    </Menu>
  );
}
