import { Text } from "@mantine/core";
import { ago, stamp } from "./time";

/** How long ago something was, in a table; the exact moment on hover. */
export const Ago = ({ at, dimmed = false }: { at: string | number; dimmed?: boolean }) => (
  <Text size="sm" className="num nowrap" title={stamp(at)} {...(dimmed && { c: "dimmed" })}>
    {ago(at)}
  </Text>
);
