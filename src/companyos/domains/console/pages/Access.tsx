import { useLoad, useMe } from "@companyos/kit";
import { MultiSelect } from "@mantine/core";

export interface AccessProps {
  roles: string[];
  environments: string[];
  onRoles: (roles: string[]) => void;
  onEnvironments: (environments: string[]) => void;
}

/** What somebody may do, and where: the two fields that people and service accounts share. */
export function Access({ roles, environments, onRoles, onEnvironments }: AccessProps) {
  const known = useLoad(["roles"], (api, options) => api.people.roles(options));
  return (
    <>
      <MultiSelect
        label="Roles"
        description="What they may do"
        data={(known.data?.items ?? []).map(({ name, title }) => ({ value: name, label: title }))}
        value={roles}
        onChange={onRoles}
      />
      <MultiSelect
        label="Environments"
        description="Where they may do it"
        data={[...new Set([...useEnvironments(), ...environments])]}
        value={environments}
        onChange={onEnvironments}
      />
    </>
  );
}

/** The environments of this tenant that one may act in oneself. */
export function useEnvironments(): string[] {
  const { memberships, tenant, environment } = useMe();
  return memberships.find((membership) => membership.tenant.id === tenant.id)?.environments ?? [environment];
}
