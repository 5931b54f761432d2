/** The shapes of the API, as the server's OpenAPI document says them. Times are RFC 3339 in UTC. */
import type { Reason } from "./problem";

export type Health = "ok" | "warn" | "bad" | "unknown";

export interface TenantRef { id: string; slug: string; name: string }
export interface Membership { tenant: TenantRef; environments: string[]; roles: string[] }

export interface Me {
  person: { id: string; name: string; email: string };
  tenant: TenantRef;
  environment: string;
  roles: string[];
  acr: string;
  auth_time: string | number;
  elevation_ends_at: string | null;
  demo: boolean;
  memberships: Membership[];
}

export interface Service {
  id: string;
  name: string;
  title: string;
  description: string;
  tier: string | null;
  owner: string | null;
  lifecycle: string | null;
  environment: string;
  health: Health;
  /** Share of good requests that is promised, 0.999. */
  objective: number | null;
  /** Share of good requests that was measured. */
  availability: number | null;
  /** Share of the error budget that is left; below zero when overspent. */
  budget_left: number | null;
  demo: boolean;
  links?: { title: string; url: string }[] | null;
}

export interface ServiceCard extends Service {
  rps: number | null;
  error_rate: number | null;
  p95_ms: number | null;
  spark: (number | null)[];
}

export interface Dependencies { depends_on: DependencyRef[]; dependents: DependencyRef[] }
export interface DependencyRef { name: string; title?: string; health?: Health }

export type DeploymentStatus = "queued" | "running" | "paused" | "succeeded" | "failed" | "rolled_back";

export interface Deployment {
  id: string;
  service: string;
  version: string;
  commit: string | null;
  status: DeploymentStatus;
  environment: string;
  author: string | null;
  started_at: string;
  finished_at: string | null;
  diff: { files: number; insertions: number; deletions: number } | null;
  log_excerpt: string | null;
  source: "git" | "ci" | "api";
  demo: boolean;
  evidence: { id: string; action: string; at: string }[];
}

export type DeploymentVerb = "roll_back" | "pause" | "redeploy";

export interface Decision {
  allowed: boolean;
  reasons: Reason[];
  policies?: string[];
  /** The smallest change that would flip the answer. */
  changes?: (string | Reason)[];
}

export interface EntityRef { type: string; id: string; title?: string | null }

export interface Preflight {
  verb: string;
  effects: string[];
  target_version: string | null;
  blast_radius: { count: number; by_type: Record<string, number>; entities: EntityRef[] };
  evidence: string[];
  decision: Decision;
  plan_hash: string;
}

export interface Receipt { deployment: Deployment; evidence_id: string; record: AuditRecord }

export type Severity = "sev1" | "sev2" | "sev3" | "sev4";
export type IncidentStatus = "open" | "acknowledged" | "mitigated" | "resolved";
export interface TimelineEntry { at: string; actor: string; kind: string; text: string }

export interface Incident {
  id: string;
  title: string;
  severity: Severity;
  status: IncidentStatus;
  services: string[];
  owner: string | null;
  opened_at: string;
  timeline: TimelineEntry[];
  demo?: boolean;
}

export interface RedPoint {
  at: string;
  count: number;
  errors: number;
  rate: number | null;
  error_rate: number | null;
  p50_ms: number | null;
  p95_ms: number | null;
  p99_ms: number | null;
}
export interface Operation { name: string; count: number; error_rate: number | null; p95_ms: number | null }
export interface Red { points: RedPoint[]; operations: Operation[] }

export interface LogLine { at: string; severity: string; body: string; service: string; trace_id: string | null; attributes?: Record<string, unknown> }
export interface TraceSummary { trace_id: string; service: string; name: string; start: string; duration_ms: number; spans?: number; errors?: number; status?: string }
export interface Span {
  span_id: string;
  parent_id: string | null;
  service: string;
  name: string;
  start: string;
  duration_ms: number;
  status: string;
  attributes: Record<string, unknown>;
}

export interface GraphNode extends EntityRef { attributes?: Record<string, unknown> }
export interface GraphRelation { from: EntityRef; to: EntityRef; kind: string }
export interface Neighbours { nodes: GraphNode[]; relations: GraphRelation[] }

export interface AuditRecord {
  index: number;
  id: string;
  at: string;
  actor: string;
  action: string;
  subject: string;
  outcome: string;
  detail: Record<string, unknown>;
  hash: string;
}
export interface Proof { index: number; size: number; leaf: string; root: string; path: string[]; checkpoint?: string }
export interface Checkpoint { size: number; root: string; signed: string; at?: string }

export interface Policy {
  id: string;
  domain: string;
  effect: "permit" | "forbid";
  action: string | null;
  reason: string | null;
  remedy: string | null;
  source: string;
  file: string;
  line: number;
}

export interface Hit { type: string; id: string; title: string; subtitle: string | null; status: string | null; href: string | null }
export interface DigestEntry { at: string; kind: string; title: string; subject: string }

export interface Overview {
  services: ServiceCard[];
  incidents: Incident[];
  deployments: Deployment[];
  digest: DigestEntry[];
  counts: Record<string, number>;
}

export interface Tenant { id: string; slug: string; name: string; region?: string | null; environments: string[]; people?: number; demo?: boolean; created_at?: string }
export interface Person { id: string; name: string; email: string; roles: string[]; status?: string; second_factor?: string | null; demo?: boolean }
export interface Role { name: string; title?: string; description?: string | null }
export interface ServiceAccount { id: string; name: string; roles: string[]; created_at?: string; last_used_at?: string | null }
