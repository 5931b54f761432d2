import type { DomainPages } from "@companyos/kit";
import { IconFlame, IconRocket, IconServer2 } from "@tabler/icons-react";
import { DeploymentSummary, IncidentSummary, ServiceSummary } from "./summaries";

export const pages: DomainPages = {
  routes: [
    { path: "/services", load: () => import("./ServicesPage") },
    { path: "/services/$name", load: () => import("./ServicePage") },
    { path: "/deployments", load: () => import("./DeploymentsPage") },
    { path: "/hooks", load: () => import("./HooksPage") },
    { path: "/deployments/$id", load: () => import("./DeploymentPage") },
    { path: "/incidents", load: () => import("./IncidentsPage") },
    { path: "/incidents/$id", load: () => import("./IncidentPage") },
  ],
  nav: [
    { title: "Services", to: "/services", icon: IconServer2, order: 10, count: "services", keys: "g s" },
    { title: "Deployments", to: "/deployments", icon: IconRocket, order: 30, keys: "g d" },
    { title: "Incidents", to: "/incidents", icon: IconFlame, order: 40, count: "incidents_active", keys: "g i" },
  ],
  intents: [
    { word: "svc", title: "Find a service", types: ["operations.service"] },
    { word: "inc", title: "Find an incident", types: ["operations.incident"] },
    { word: "deploy", title: "Find a deployment", types: ["operations.deployment"] },
    {
      word: "do",
      title: "Do something",
      actions: [
        {
          title: "Open an incident",
          action: "operations:incident.open",
          hint: "Tell everybody that something is wrong",
          run: ({ go }) => go("/incidents?new=yes"),
        },
      ],
    },
  ],
  inspectors: {
    "operations.service": { Summary: ServiceSummary, load: (api, id, options) => api.services.get(id, options) },
    "operations.deployment": {
      Summary: DeploymentSummary,
      load: (api, id, options) => api.deployments.get(id, options),
    },
    "operations.incident": { Summary: IncidentSummary, load: (api, id, options) => api.incidents.get(id, options) },
  },
};
