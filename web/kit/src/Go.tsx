import { Anchor, type AnchorProps } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Search } from "./url";

export interface GoProps extends Omit<AnchorProps, "children"> {
  /** A path of the console, `/services/api-gateway`. */
  to: string;
  search?: Search;
  children: ReactNode;
  title?: string;
  "aria-label"?: string;
  onClick?: () => void;
}

/** A link inside the console; context and time range travel along. */
export function Go({ to, search, ...rest }: GoProps) {
  return <Anchor component={Link as unknown as "a"} underline="hover" {...({ to, search } as object)} {...rest} />;
}
