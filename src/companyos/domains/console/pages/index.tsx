import type { DomainPages } from "@companyos/kit";
import {
  IconBuilding,
  IconFileCertificate,
  IconLayoutDashboard,
  IconListCheck,
  IconSearch,
  IconSettings,
  IconShieldLock,
  IconUserCheck,
} from "@tabler/icons-react";

export const pages: DomainPages = {
  routes: [
    { path: "/", load: () => import("./OverviewPage") },
    { path: "/search", load: () => import("./SearchPage") },
    { path: "/audit", load: () => import("./AuditPage") },
    { path: "/evidence", load: () => import("./evidence/EvidencePage") },
    { path: "/evidence/$id", load: () => import("./evidence/PackPage") },
    { path: "/policies", load: () => import("./PoliciesPage") },
    { path: "/approvals", load: () => import("./approvals/ApprovalsPage") },
    { path: "/tenants", load: () => import("./TenantsPage") },
    { path: "/tenants/$slug", load: () => import("./TenantPage") },
    { path: "/admin", load: () => import("./AdminPage") },
  ],
  nav: [
    { title: "Overview", to: "/", icon: IconLayoutDashboard, order: 0, keys: "g o" },
    { title: "Tenants", to: "/tenants", icon: IconBuilding, order: 20, keys: "g t" },
    { title: "Policies", to: "/policies", icon: IconShieldLock, order: 50, keys: "g p" },
    { title: "Approvals", to: "/approvals", icon: IconUserCheck, order: 55, keys: "g e" },
    { title: "Search", to: "/search", icon: IconSearch, order: 60 },
    { title: "Audit trail", to: "/audit", icon: IconListCheck, order: 70, keys: "g a" },
    { title: "Evidence", to: "/evidence", icon: IconFileCertificate, order: 75, keys: "g v" },
    { title: "Admin", to: "/admin", icon: IconSettings, order: 90 },
  ],
  intents: [{ word: "tenant", title: "Find a tenant", types: ["identity.tenant"] }],
};
