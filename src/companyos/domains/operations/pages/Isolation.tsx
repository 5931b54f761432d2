import { Act, ActPreflight, Reasons, ago, useChoice, useCompanyOS, useContextOfUrl } from "@companyos/kit";
import type { Service } from "@companyos/sdk";

const TITLES = { isolate: "Isolate", release: "Release" } as const;
const VERBS = ["isolate", "release"] as const;

/** Isolate a service, or release it: policy lets no version of an isolated one out. */
export function IsolationAct({ service: { name, isolated_at } }: { service: Service }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const [chosen, choose] = useChoice("isolation", VERBS); // its receipt stays when the other verb is the next
  const next = isolated_at ? "release" : "isolate";
  return (
    <>
      <Act
        action={`operations:service.${next}`}
        type="operations.service"
        id={name}
        variant="default"
        onClick={() => choose(next)}
      >
        {TITLES[next]}
      </Act>
      {chosen && (
        <ActPreflight
          name={`services.${name}.${chosen}`}
          title={`${TITLES[chosen]} ${name}`}
          verb={TITLES[chosen]}
          action={`operations:service.${chosen}`}
          type="operations.service"
          id={name}
          run={({ plan_hash }, reason, options) =>
            api.services.turn(name, chosen, { reason, plan_hash }, { ...options, context })
          }
          onClose={() => choose("")}
        />
      )}
    </>
  );
}

/** What everybody should know who looks at an isolated service. */
export const Isolated = ({ service: { isolated_at, isolated_because } }: { service: Service }) =>
  isolated_at && (
    <Reasons
      title={`Isolated ${ago(isolated_at)}: no version of it goes out until somebody releases it`}
      reasons={[{ code: "isolated", sentence: isolated_because, where: null, remedy: null }]}
      codes={false}
    />
  );
