import { Button } from "@mantine/core";
import { IconLayoutSidebarRightExpand } from "@tabler/icons-react";
import { type Subject, useInspect } from "./inspect";
import { useShortcut } from "./shortcuts";

/** Opens the rail about the page's own subject; `i` does the same. */
export function InspectButton({ of }: { of: Subject }) {
  const { open } = useInspect();
  useShortcut("i", "Inspect", () => open(of));
  return (
    <Button variant="default" leftSection={<IconLayoutSidebarRightExpand size={14} />} onClick={() => open(of)}>
      Inspect
    </Button>
  );
}
