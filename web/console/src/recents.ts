/** What this browser opened last, per tenant: the palette begins with it. */
export interface Recent {
  title: string;
  subtitle: string;
  path: string;
}

const LIMIT = 6;
const nameOf = (tenant: string) => `companyos.recents.${tenant}`;

export function recents(tenant: string): Recent[] {
  return JSON.parse(localStorage.getItem(nameOf(tenant)) ?? "[]") as Recent[];
}

export function remember(tenant: string, recent: Recent): void {
  const others = recents(tenant).filter(({ path }) => path !== recent.path);
  localStorage.setItem(nameOf(tenant), JSON.stringify([recent, ...others].slice(0, LIMIT)));
}
