import type { Tone } from "./Status";

const MARKS: Record<Tone, string> = { bad: "● ", warn: "◆ ", ok: "", info: "", idle: "" };
const COLORS: Record<Tone, string> = {
  bad: "#e03131",
  warn: "#e8a100",
  ok: "#525cee",
  info: "#525cee",
  idle: "#525cee",
};

/** Say in the browser's tab what the page is about and how it is: title and favicon. */
export function tellTab(title: string, tone: Tone): void {
  document.title = `${MARKS[tone]}${title} · CompanyOS`;
  const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]");
  if (icon) icon.href = `data:image/svg+xml,${encodeURIComponent(iconOf(COLORS[tone]))}`;
}

const iconOf = (color: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="${color}"/><path d="M16 6.5 24.2 11v10L16 25.5 7.8 21V11Z" fill="none" stroke="#fff" stroke-width="2.2" stroke-linejoin="round"/><circle cx="16" cy="16" r="3.1" fill="#fff"/></svg>`;
