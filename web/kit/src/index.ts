/** @companyos/kit: what every screen of the console is made of. */
export { Act } from "./Act";
export { Actor } from "./Actor";
export { Ago } from "./Ago";
export { download } from "./csv";
export { type Band, Chart, type Series } from "./Chart";
export { clockOf, useLeft } from "./countdown";
export { type Column, DataList, ExportButton } from "./DataList";
export { useDecision } from "./decisions";
export { useDraft } from "./draft";
export { Dialog } from "./Dialog";
export { Diff } from "./Diff";
export { DownloadEvidence } from "./Evidence";
export { Excerpt } from "./Excerpt";
export { NOTHING, bytes, count, millis, plural, roleWords, share, words } from "./format";
export { Go } from "./Go";
export { Graph } from "./Graph";
export { useNames } from "./hits";
export { type Subject, pageOf, readSubject, subjectKey, useInspect } from "./inspect";
export { InspectButton } from "./InspectButton";
export { useSteps } from "./order";
export { Once } from "./Once";
export { PageHead } from "./PageHead";
export type { DomainPages, InsideEntry, Inspector, Intent, IntentAction, NavEntry, PageRoute } from "./pages";
export { Panel } from "./Panel";
export { Permitted } from "./Permitted";
export { Audit, RecordDetail } from "./panels/Audit";
export { Logs } from "./panels/Logs";
export { Neighbours } from "./panels/Neighbours";
export { Red } from "./panels/Red";
export { Traces } from "./panels/Traces";
export { ActPreflight, type Outcome, type Plan, Preflight } from "./Preflight";
export { RangePicker } from "./RangePicker";
export { type Asked, Failure, Reasons } from "./Reason";
export { CompanyOSProvider, MeProvider, useCompanyOS, useContextOfUrl, useList, useLoad, useMe } from "./session";
export { RunPlan } from "./RunPlan";
export { ShortcutProvider, useShortcut } from "./shortcuts";
export { Soon } from "./Soon";
export { Spark } from "./Spark";
export { Stat } from "./Stat";
export { Block, Empty, Lines, Loaded, NotFound } from "./States";
export { DemoTag, Status, StatusDot, TONE_COLOR, Tag, type Tone, URGENCY, toneOf } from "./Status";
export { SubjectLink } from "./SubjectLink";
export { tellTab } from "./tab";
export { type Acting, featureOf, routeOf, tellAct, tellFailure, tellPage, tellRefusal, tellSearch } from "./usage";
export { theme } from "./theme";
export { type Range, ago, duration, precise, rangeLabel, readRange, stamp, windowOf } from "./time";
export {
  CARRIED,
  type Search,
  parseSearch,
  stringifySearch,
  useChoice,
  useRange,
  useSetWords,
  useWord,
  useWords,
} from "./url";
