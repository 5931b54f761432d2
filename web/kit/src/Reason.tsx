import { CompanyOSError, type Decision, type Problem, type Reason as ReasonShape, SignedOut } from "@companyos/sdk";
import { Alert, Button, Code, CopyButton, Group, Stack, Text, UnstyledButton } from "@mantine/core";
import { IconAlertTriangle, IconInfoCircle, IconLock } from "@tabler/icons-react";
import { useCompanyOS, useContextOfUrl } from "./session";
import { Way, Ways } from "./Ways";

const ICONS = { no: IconLock, broken: IconAlertTriangle, note: IconInfoCircle };
const COLORS = { no: "yellow", broken: "red", note: "indigo" };

export interface ReasonsProps {
  title: string;
  reasons: ReasonShape[];
  /** The smallest change that would turn the no into a yes. */
  changes?: Decision["changes"];
  kind?: keyof typeof ICONS;
  requestId?: string | null;
  onRetry?: () => void;
  /** The server's codes, for machines and for whoever asks for help; what the console says itself has none to look up. */
  codes?: boolean;
  /** What was refused, so that it can be asked for. */
  ask?: Asked;
}

/** An act that somebody may ask to be allowed; without `type` and `id` it is about the tenant. */
export interface Asked {
  action: string;
  type?: string;
  id?: string;
  input?: Record<string, unknown>;
  plan_hash?: string;
}

/** The one way in which the console says why: sentence, code, place, and what to do about it. */
export function Reasons({
  title,
  reasons,
  changes = [],
  kind = "no",
  requestId,
  onRetry,
  codes = true,
  ask,
}: ReasonsProps) {
  const Icon = ICONS[kind];
  return (
    <Alert
      color={COLORS[kind]}
      icon={<Icon size={18} stroke={1.6} />}
      title={title}
      role={kind === "broken" ? "alert" : "note"}
      className="reasons"
    >
      <Stack gap="sm">
        {reasons.map((reason) => (
          <OneReason
            key={`${reason.code} ${reason.where ?? ""} ${reason.sentence}`}
            reason={reason}
            codes={codes}
            {...(ask && { ask })}
          />
        ))}
        {ask && kind === "no" ? <Ways ask={ask} changes={changes} /> : <Way changes={changes} />}
        {(requestId || onRetry) && (
          <Group gap="sm">
            {onRetry && (
              <Button variant="default" onClick={onRetry}>
                Try again
              </Button>
            )}
            {requestId && <RequestId id={requestId} />}
          </Group>
        )}
      </Stack>
    </Alert>
  );
}

function OneReason({ reason, codes, ask }: { reason: ReasonShape; codes: boolean; ask?: Asked }) {
  return (
    <Stack gap={4}>
      <Text size="sm" className="ink">
        {reason.sentence}
      </Text>
      {codes && (
        <Group gap={6}>
          <Code>{reason.code}</Code>
          {reason.where && <Code>{reason.where}</Code>}
        </Group>
      )}
      <RemedyOf reason={reason} {...(ask && { ask })} />
    </Stack>
  );
}

function RemedyOf({ reason: { remedy }, ask }: { reason: ReasonShape; ask?: Asked }) {
  const { auth } = useCompanyOS();
  const context = useContextOfUrl();
  if (!remedy || remedy.kind === "none") return null;
  const returnTo = location.pathname + location.search;
  const act =
    remedy.kind === "step_up"
      ? { label: "Verify that it is you", challenge: { acr_values: "urn:companyos:mfa", max_age: 300 } }
      : remedy.kind === "sign_in"
        ? { label: "Sign in again", challenge: undefined }
        : undefined;
  return (
    <Group gap="xs">
      {remedy.sentence && (
        <Text size="sm" c="dimmed">
          {remedy.sentence}
        </Text>
      )}
      {act && (
        <Button
          variant="default"
          onClick={() => void auth.signIn({ returnTo, context, ...(act.challenge && { challenge: act.challenge }) })}
        >
          {act.label}
        </Button>
      )}
      {remedy.kind === "request_access" && ask && (
        <Button component="a" variant="default" href={hrefOfAsk(ask)}>
          Request access
        </Button>
      )}
      {!act && remedy.href && (
        <Button component="a" variant="default" href={remedy.href}>
          Open
        </Button>
      )}
    </Group>
  );
}

/** The request form, filled in with what was refused; the words of the context stay. */
function hrefOfAsk({ action, type = "", id = "", input, plan_hash = "" }: Asked): string {
  const words = new URLSearchParams(location.search);
  const kept = [...words].filter(([name]) => ["tenant", "env"].includes(name));
  const told = { new: "request", action, type, id, hash: plan_hash, input: input ? JSON.stringify(input) : "" };
  const given = Object.entries(told).filter(([, value]) => value !== "" && value !== "{}");
  return `/approvals?${new URLSearchParams([...kept, ...given]).toString()}`;
}

const RequestId = ({ id }: { id: string }) => (
  <CopyButton value={id}>
    {({ copied, copy }) => (
      <UnstyledButton onClick={copy} className="dimmed" fz="xs" title="Copy the request id">
        {copied ? "Copied" : `Request ${id}`}
      </UnstyledButton>
    )}
  </CopyButton>
);

/** Any failure, told in reasons. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const problem = problemOf(error);
  const reasons = problem.reasons?.length
    ? problem.reasons
    : [{ code: problem.code ?? `http.${problem.status}`, sentence: problem.detail ?? problem.title }];
  const refused = [401, 403, 409].includes(problem.status);
  // Asking again helps when the way was broken or too busy, not when the answer was no.
  const passing = problem.status === 0 || problem.status === 429 || problem.status >= 500;
  const retry = passing && onRetry ? { onRetry } : {};
  return (
    <Reasons
      title={problem.title}
      reasons={reasons}
      kind={refused ? "no" : "broken"}
      requestId={problem.request_id ?? null}
      codes={Boolean(problem.request_id)}
      {...retry}
    />
  );
}

function problemOf(error: unknown): Problem {
  if (error instanceof CompanyOSError) return error.problem;
  if (error instanceof SignedOut)
    return {
      title: "You are signed out",
      status: 401,
      code: "session.ended",
      reasons: [{ code: "session.ended", sentence: error.message, remedy: { kind: "sign_in" } }],
    };
  const sentence = error instanceof Error ? error.message : String(error);
  return {
    title: "Something went wrong here",
    status: 0,
    code: "console.fault",
    reasons: [{ code: "console.fault", sentence }],
  };
}
