import { Act, ActPreflight, Reasons, ago, useCompanyOS, useContextOfUrl, useWord } from "@companyos/kit";
import type { Service } from "@companyos/sdk";

const WORD = "isolation";

/** Isolate a service, or release it: policy lets no version of an isolated one out. */
export function IsolationAct({ service: { name, isolated_at } }: { service: Service }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const [open, setOpen] = useWord(WORD);
  const verb = isolated_at ? "release" : "isolate";
  const title = isolated_at ? "Release" : "Isolate";
  return (
    <>
      <Act
        action={`operations:service.${verb}`}
        type="operations.service"
        id={name}
        variant="default"
        onClick={() => setOpen("yes")}
      >
        {title}
      </Act>
      {open && (
        <ActPreflight
          name={`services.${name}.${verb}`}
          title={`${title} ${name}`}
          verb={title}
          action={`operations:service.${verb}`}
          type="operations.service"
          id={name}
          run={({ plan_hash }, reason, options) =>
            api.services.turn(name, verb, { reason, plan_hash }, { ...options, context })
          }
          onClose={() => setOpen("")}
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
