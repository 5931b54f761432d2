import type { ComponentType } from "react";
import type { Api, CallOptions, CompanyOS } from "@companyos/sdk";

/** What a domain gives the console: `pages/index.tsx` exports it as `pages`. The console finds it by itself. */
export interface DomainPages {
  routes: PageRoute[];
  nav?: NavEntry[];
  intents?: Intent[];
  /** What the inspect rail shows of this domain's things, by entity type. */
  inspectors?: Record<string, Inspector>;
}

export interface Inspector {
  Summary: ComponentType<{ id: string }>;
  /** The thing itself, for the JSON tab. */
  load: (api: Api, id: string, options: CallOptions) => Promise<unknown>;
}

export interface PageRoute {
  /** `/services/$name` */
  path: string;
  /** What it is called where no entry of the navigation says so. */
  title?: string;
  load: () => Promise<{ default: ComponentType }>;
}

export interface NavEntry {
  title: string;
  to: string;
  icon: ComponentType<{ size?: number; stroke?: number }>;
  /** Place in the list: Overview is 0, Admin is 90. */
  order: number;
  /** Which of the overview's `counts` stands beside the title. */
  count?: string;
  /** Two keys that go there: `g s`. */
  keys?: string;
  /** The pages of a section, shown while one of them is open; `to` is then the first of them. */
  inside?: InsideEntry[];
}

/** A page of a section. */
export type InsideEntry = Pick<NavEntry, "title" | "to" | "icon">;

/** A word for the palette: `:svc` finds services. */
export interface Intent {
  word: string;
  title: string;
  /** The entity types that it finds. */
  types?: string[];
  /** What can be done from the palette with `:do`. */
  actions?: IntentAction[];
}

export interface IntentAction {
  title: string;
  /** The policy action it needs: the palette offers it only when the server says that it may be done. */
  action: string;
  hint?: string;
  run: (at: { go: (to: string) => void; client: CompanyOS }) => void;
}
