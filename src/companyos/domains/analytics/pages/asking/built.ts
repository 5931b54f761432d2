/** What the builder can say: how many of what, of which event, by what. */
export interface Built {
  measure: keyof typeof MEASURES;
  event: string;
  by: keyof typeof BY;
}

export const MEASURES = {
  uses: { label: "Events", sql: "count(*)" },
  people: { label: "People", sql: "count(DISTINCT user_id)" },
  sessions: { label: "Sessions", sql: "count(DISTINCT session_id)" },
} as const;

export const BY = {
  day: { label: "day", sql: "date_trunc('day', at)" },
  hour: { label: "hour", sql: "date_trunc('hour', at)" },
  event: { label: "event", sql: "event" },
  feature: { label: "feature", sql: "feature" },
  role: { label: "role", sql: "user_role" },
  plan: { label: "plan", sql: "plan" },
  device: { label: "device", sql: "device" },
  region: { label: "region", sql: "region" },
} as const;

export const FIRST: Built = { measure: "uses", event: "", by: "feature" };

/** The question as SQL: over time in its order, otherwise the most first. */
export function sqlOf({ measure, event, by }: Built): string {
  const overTime = by === "day" || by === "hour";
  return [
    `SELECT ${BY[by].sql} AS ${by}, ${MEASURES[measure].sql} AS ${measure}`,
    "FROM analytics.events",
    ...(event ? [`WHERE event = '${event.replaceAll("'", "''")}'`] : []),
    "GROUP BY 1",
    overTime ? "ORDER BY 1" : "ORDER BY 2 DESC",
  ].join("\n");
}
