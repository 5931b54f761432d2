import type { DomainPages } from "@companyos/kit";
import { IconChartHistogram, IconTerminal2 } from "@tabler/icons-react";

export const pages: DomainPages = {
  routes: [{ path: "/analytics/explore", load: () => import("./ExplorePage") }],
  nav: [
    {
      title: "Analytics",
      to: "/analytics/explore",
      icon: IconChartHistogram,
      order: 42,
      keys: "g y",
      inside: [{ title: "Explore", to: "/analytics/explore", icon: IconTerminal2 }],
    },
  ],
};
