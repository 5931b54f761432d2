import { Diff, Lines, Loaded, Panel, ago, useList, useWord } from "@companyos/kit";
import type { PlanDetail, PlanVersion } from "@companyos/sdk";
import { Code, Select } from "@mantine/core";

/** The text of a plan, and what any two of its versions differ in. */
export function PlanSource({ plan }: { plan: PlanDetail }) {
  const [version, setVersion] = useWord("version", String(plan.version));
  const [against, setAgainst] = useWord("against");
  const versions = useList(["plans", plan.name, "versions", plan.version], (api, cursor, options) =>
    api.plans.versions(plan.name, { cursor: cursor ?? null, limit: 100 }, options),
  );
  return (
    <Panel
      title="Source"
      sub="YAML; every version stays"
      right={
        <>
          <Chooser
            label="Version"
            value={version}
            versions={versions.data ?? []}
            onChange={(next) => setVersion(next ?? "")}
          />
          <Chooser
            label="Compared with"
            placeholder="compare with…"
            clearable
            value={against}
            versions={(versions.data ?? []).filter((one) => String(one.version) !== version)}
            onChange={(next) => setAgainst(next ?? "")}
          />
        </>
      }
    >
      <Loaded of={versions} loading={<Lines rows={8} />}>
        {(all) => <Text all={all} version={version} against={against} fallback={plan.source} />}
      </Loaded>
    </Panel>
  );
}

interface TextProps {
  all: PlanVersion[];
  version: string;
  against: string;
  fallback: string;
}

function Text({ all, version, against, fallback }: TextProps) {
  const source = sourceOf(all, version) ?? fallback;
  const other = against ? sourceOf(all, against) : undefined;
  if (other !== undefined)
    return <Diff before={other} after={source} label={`From version ${against} to version ${version}`} />;
  return (
    <Code block className="diff" role="region" tabIndex={0} aria-label={`Source of version ${version}`}>
      {source}
    </Code>
  );
}

const sourceOf = (all: PlanVersion[], version: string) => all.find((one) => String(one.version) === version)?.source;

interface ChooserProps {
  label: string;
  placeholder?: string;
  value: string;
  versions: PlanVersion[];
  clearable?: boolean;
  onChange: (version: string | null) => void;
}

const Chooser = ({ label, versions, value, placeholder, clearable = false, onChange }: ChooserProps) => (
  <Select
    size="xs"
    w={170}
    aria-label={label}
    clearable={clearable}
    allowDeselect={false}
    {...(placeholder && { placeholder })}
    value={value || null}
    data={versions.map(({ version, at }) => ({ value: String(version), label: `version ${version}, ${ago(at)}` }))}
    onChange={onChange}
  />
);
