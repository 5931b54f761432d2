/** The nouns of the API under the names that programs use; their shapes are generated from the server's description. */
import type * as gen from "./gen/types.gen";

type Item<List extends { items: unknown[] }> = List["items"][number];

export type Service = gen.GetServiceResponse;
export type ServiceChange = gen.ChangeServiceData["body"];
export type Health = Service["health"];
export type LogLevel = gen.GetServiceLogLevelResponse;
export type Dependencies = gen.GetServiceDependenciesResponse;

export type Deployment = gen.GetDeploymentResponse;
export type DeploymentStatus = Deployment["status"];
export type Preflight = gen.PreflightDeploymentResponse;
export type DeploymentVerb = Preflight["verb"];
export type Receipt = gen.RollBackDeploymentResponse;

export type Incident = Item<gen.ListIncidentsResponse>;
export type IncidentDetail = gen.GetIncidentResponse;
export type IncidentStatus = Incident["status"];
export type Severity = Incident["severity"];
export type TimelineEntry = IncidentDetail["timeline"][number];
export type Hook = gen.HookOut;
export type IncidentChange = gen.ChangeIncidentData["body"];
export type NewIncident = gen.OpenIncidentData["body"];

export type Erasure = Item<gen.ListErasuresResponse>;
export type ErasureDetail = gen.GetErasureResponse;
export type FrozenView = Item<gen.ListFrozenViewsResponse>;
export type Replay = gen.GetFrozenViewResponse;
export type ReplayedPart = Replay["parts"][number];

export type Red = gen.GetRedResponse;
export type RedPoint = Red["points"][number];
export type LogLine = Item<gen.ListLogsResponse>;
export type TraceSummary = Item<gen.ListTracesResponse>;
export type Span = gen.GetTraceResponse["spans"][number];

export type Neighbours = gen.ListNeighboursResponse;

export type Check = gen.DecideData["body"]["checks"][number];
export type Decision = Item<gen.DecideResponse>;
export type Policy = Item<gen.ListPoliciesResponse>;
export type PolicyVersion = gen.GetPolicyVersionResponse;
export type PolicySetVersion = Item<gen.ListPolicySetVersionsResponse>;
export type PolicyProposal = Item<gen.ListPolicyProposalsResponse>;
export type PolicyProposalDetail = gen.GetPolicyProposalResponse;
export type PolicySimulation = gen.SimulatePoliciesResponse;
export type ComparedDecision = PolicySimulation["flips"][number];
export type SampleRequest = NonNullable<gen.SimulatePoliciesData["body"]["samples"]>[number];

export type AskPreflight = gen.MakePreflightData["body"];
export type ActPreflight = gen.MakePreflightResponse;
export type Elevation = Item<gen.ListElevationsResponse>;
export type AskElevation = gen.RequestElevationData["body"];
export type TenantTotals = gen.GetTenantTotalsResponse["tenants"][number];

export type Me = gen.MeResponse;
export type Consent = gen.ListConsentsResponse["items"][number];
export type Tenant = Item<gen.ListTenantsResponse>;
export type Person = Item<gen.ListPeopleResponse>;
export type NewPerson = gen.InvitePersonData["body"];
export type PersonChange = gen.ChangePersonData["body"];
export type Role = Item<gen.ListRolesResponse>;
export type ServiceAccount = Item<gen.ListServiceAccountsResponse>;
export type NewServiceAccount = gen.CreateServiceAccountData["body"];
export type ServiceAccountChange = gen.ChangeServiceAccountData["body"];
export type Session = Item<gen.ListSessionsResponse>;

export type AuditRecord = Item<gen.ListAuditRecordsResponse>;
export type Proof = gen.ProveAuditRecordResponse;
export type Checkpoint = gen.GetAuditCheckpointResponse;
export type Verification = gen.VerifyAuditResponse;
export type Pack = Item<gen.ListEvidencePacksResponse>;

export type Plan = Item<gen.ListPlansResponse>;
export type PlanDetail = gen.GetPlanResponse;
export type PlanParameter = PlanDetail["parameters"][number];
export type PlanVersion = Item<gen.ListPlanVersionsResponse>;
export type DryRun = gen.DryRunPlanResponse;
export type DryRunStep = DryRun["steps"][number];
export type Run = Item<gen.ListRunsResponse>;
export type RunDetail = gen.GetRunResponse;
export type RunStep = RunDetail["steps"][number];
export type RunState = Run["state"];

export type Channel = Item<gen.ListChannelsResponse>;
export type Notice = Item<gen.ListNoticesResponse>;

export type Overview = gen.GetOverviewResponse;
export type ServiceCard = Overview["services"][number];
export type IncidentCard = Overview["incidents"][number];
export type DeploymentCard = Overview["deployments"][number];
export type DigestEntry = Overview["digest"][number];
export type Hit = Item<gen.SearchEverythingResponse>;

export type Conformance = gen.GetConformanceResponse;
export type ConformanceRow = Conformance["items"][number];
export type DeadLetter = Item<gen.ListDeadLettersResponse>;
export type Arrival = Item<gen.ListArrivalsResponse>;
export type Repair = Item<gen.ListRepairsResponse>;
export type RepairDetail = gen.GetRepairResponse;
export type RepairTrial = gen.TryRepairResponse;
export type RepairOperation = gen.TryRepairData["body"]["operations"][number];
export type LetterSelection = gen.TryRepairData["body"]["selection"];
export type Feedback = Item<gen.ListFeedbackResponse>;
export type Schema = Item<gen.ListSchemasResponse>;
export type SchemaDetail = gen.GetSchemaResponse;
export type SchemaVersion = Item<gen.ListSchemaVersionsResponse>;
export type SchemaCheck = gen.CheckSchemaResponse;

export type Question = gen.AskQuestionData["body"];
export type Quote = gen.QuoteQuestionResponse;
export type Answer = gen.AskQuestionResponse;
export type AskableTable = Item<gen.ListAskableTablesResponse>;
export type Budgets = gen.ListBudgetsResponse;
export type Budget = Budgets["today"];
export type Spending = Budget["tenant"];
export type Spender = Budgets["people"][number];

export type Adoption = gen.GetAdoptionResponse;
export type FeatureUse = Adoption["features"][number];
export type Taken = Adoption["taken"];
export type TenantUse = gen.GetAdoptionByTenantResponse["items"][number];
export type ActiveDay = gen.GetActiveUseResponse["days"][number];
export type Cohort = gen.GetRetentionResponse["cohorts"][number];
export type Funnel = gen.GetFunnelResponse;
export type Ribbon = gen.GetRibbonResponse;
export type Shift = Ribbon["shifts"][number];
export type Visit = Item<gen.ListVisitsResponse>;
export type VisitEvent = gen.GetVisitResponse["items"][number];
export type ServiceKpi = gen.ListServiceKpisResponse["items"][number];
export type ServiceKpis = gen.GetServiceKpisResponse;
