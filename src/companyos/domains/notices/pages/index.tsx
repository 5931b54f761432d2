import type { DomainPages } from "@companyos/kit";
import { IconMail } from "@tabler/icons-react";

export const pages: DomainPages = {
  routes: [{ path: "/notices", load: () => import("./NoticesPage") }],
  nav: [{ title: "Notices", to: "/notices", icon: IconMail, order: 80 }],
};
