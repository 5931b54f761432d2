/** What the console tells of its use, as the built-in schemas say: `tests/architecture/test_told_events.py` compares. */
export type Told = {
  "companyos.session_started": CompanyosSessionStarted;
  "companyos.page_viewed": CompanyosPageViewed;
  "companyos.feature_used": CompanyosFeatureUsed;
  "companyos.search_made": CompanyosSearchMade;
  "companyos.refusal_shown": CompanyosRefusalShown;
  "companyos.goal_reached": CompanyosGoalReached;
};

/** Session started: companyos.session_started 1-0-0 */
export type CompanyosSessionStarted = {
  /** How they signed in. */
  sign_in?: "password" | "passkey" | "external" | "kept";
  /** Theme of the console. */
  theme?: "dark" | "light";
};

/** Page viewed: companyos.page_viewed 1-0-0 */
export type CompanyosPageViewed = {
  /** Route of the page with its parameters left open, such as `/services/:name`. */
  path: string;
  /** Route of the page before; empty for the first one. */
  referrer?: string;
  /** From the click to the first picture, in milliseconds. */
  load_ms?: number;
};

/** Feature used: companyos.feature_used 1-0-0 */
export type CompanyosFeatureUsed = {
  /** What was done, as policy calls it. */
  action: string;
  /** Route of the page with its parameters left open, such as `/services/:name`. */
  path?: string;
  /** How long it took, in milliseconds. */
  duration_ms?: number;
  /** How it ended. */
  outcome: "done" | "refused" | "failed" | "left";
};

/** Search made: companyos.search_made 1-0-0 */
export type CompanyosSearchMade = {
  /** Length of what they wrote. */
  characters?: number;
  /** How many answers there were. */
  found: number;
  /** Which answer was opened, counted from 1; 0 for none. */
  chosen?: number;
};

/** Refusal shown: companyos.refusal_shown 1-0-0 */
export type CompanyosRefusalShown = {
  /** Code of the first reason. */
  code: string;
  /** What was asked for, as policy calls it. */
  action?: string;
  /** Route of the page with its parameters left open, such as `/services/:name`. */
  path?: string;
};

/** Goal reached: companyos.goal_reached 1-0-0 */
export type CompanyosGoalReached = {
  /** Name of the goal. */
  goal: string;
  /** How many steps it took. */
  steps?: number;
};
