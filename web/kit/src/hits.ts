import type { Hit } from "@companyos/sdk";
import { type Tone, toneOf } from "./Status";
import { useLoad } from "./session";

/** What a search found, said as the lists say it. */
export interface Named {
  title: string;
  hint: string;
  tone: Tone;
  state: string;
}

/** Names hits: a service by its own name and with the health that the overview shows, everything else by title and status. */
export function useNames(): (hit: Hit) => Named {
  const overview = useLoad(["overview", "now-24h"], (api, o) => api.overview({ range: "now-24h" }, o), { frame: true });
  const health = new Map(overview.data?.services.map((service) => [service.name, service.health as string]));
  return ({ type, id, title, subtitle, status }) => {
    const service = type === "operations.service";
    const state = (service ? health.get(id) : status) ?? "no state";
    const said = [service && title !== id && title, subtitle].filter(Boolean).join(" · ");
    return { title: service ? id : title, hint: said, tone: toneOf(state), state };
  };
}
