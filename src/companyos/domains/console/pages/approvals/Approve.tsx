import { ActPreflight, useCompanyOS, useContextOfUrl, useLoad } from "@companyos/kit";

/** The preflight of a yes. The page holds it, because the row that it was opened from goes once it is said. */
export function Approve({ id, onClose }: { id: string; onClose: () => void }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const asked = useLoad(["elevations", id], (from, options) => from.elevations.get(id, options)).data;
  return (
    <ActPreflight
      name={`elevations.${id}.approve`}
      title={asked ? `Approve for ${asked.person}: ${asked.title}` : "Approve"}
      verb="Approve"
      action="identity:elevation.approve"
      type="identity.elevation"
      id={id}
      plain
      run={async ({ plan_hash }, note, options) => {
        await api.elevations.approve(id, plan_hash, note, { ...options, context });
        return {};
      }}
      onClose={onClose}
    />
  );
}
