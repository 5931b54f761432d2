import { ago, stamp } from "@companyos/kit";

/** How old the numbers are. */
export const AsOf = ({ at }: { at: string | null }) =>
  at ? <span title={stamp(at)}>counted {ago(at)}</span> : <span>nothing counted yet</span>;
