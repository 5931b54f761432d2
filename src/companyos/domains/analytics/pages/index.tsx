import type { DomainPages } from "@companyos/kit";
import {
  IconChartHistogram,
  IconGauge,
  IconClipboardCheck,
  IconEye,
  IconMailX,
  IconSchema,
  IconTerminal2,
  IconTool,
} from "@tabler/icons-react";

export const pages: DomainPages = {
  routes: [
    { path: "/analytics/explore", load: () => import("./asking/ExplorePage") },
    { path: "/analytics/budgets", load: () => import("./asking/BudgetsPage") },
    { path: "/analytics/conformance", load: () => import("./letters/ConformancePage") },
    { path: "/analytics/dead-letters", load: () => import("./letters/DeadLettersPage") },
    { path: "/analytics/repairs", load: () => import("./letters/RepairsPage") },
    { path: "/analytics/repairs/new", load: () => import("./letters/NewRepairPage") },
    { path: "/analytics/repairs/$id", load: () => import("./letters/RepairPage") },
    { path: "/analytics/schemas", load: () => import("./schemas/SchemasPage") },
    { path: "/analytics/schemas/$name", load: () => import("./schemas/SchemaPage") },
    { path: "/analytics/inspector", load: () => import("./inspector/InspectorPage") },
  ],
  nav: [
    {
      title: "Analytics",
      to: "/analytics/explore",
      icon: IconChartHistogram,
      order: 42,
      keys: "g y",
      inside: [
        { title: "Explore", to: "/analytics/explore", icon: IconTerminal2 },
        { title: "Budgets", to: "/analytics/budgets", icon: IconGauge },
        { title: "Schemas", to: "/analytics/schemas", icon: IconSchema },
        { title: "Inspector", to: "/analytics/inspector", icon: IconEye },
        { title: "Conformance", to: "/analytics/conformance", icon: IconClipboardCheck },
        { title: "Dead letters", to: "/analytics/dead-letters", icon: IconMailX },
        { title: "Repairs", to: "/analytics/repairs", icon: IconTool },
      ],
    },
  ],
};
