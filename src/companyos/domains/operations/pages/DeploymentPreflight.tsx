import { Preflight, useCompanyOS, useContextOfUrl } from "@companyos/kit";
import type { Deployment, DeploymentVerb } from "@companyos/sdk";

export const TITLES: Record<DeploymentVerb, { title: string; verb: string }> = {
  roll_back: { title: "Roll back", verb: "Roll back" },
  pause: { title: "Pause the rollout of", verb: "Pause" },
  redeploy: { title: "Force a redeploy of", verb: "Redeploy" },
};

/** Preflight of one risky verb on one deployment. */
export function DeploymentPreflight({
  deployment: { id, service, version },
  verb,
  onClose,
}: {
  deployment: Deployment;
  verb: DeploymentVerb;
  onClose: () => void;
}) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  return (
    <Preflight
      name={`deployments.${id}.${verb}`}
      title={`${TITLES[verb].title} ${service} ${version}`}
      verb={TITLES[verb].verb}
      load={(known, options) => known.deployments.preflight(id, verb, options)}
      run={({ plan_hash }, reason, options) =>
        api.deployments.act(id, verb, { reason, plan_hash }, { ...options, context })
      }
      ask={{ action: `operations:deployment.${verb}`, type: "operations.deployment", id }}
      onClose={onClose}
    />
  );
}
