import { Failure, MeProvider, useContextOfUrl, useLoad, useSetWords } from "@companyos/kit";
import { SignedOut } from "@companyos/sdk";
import { Anchor } from "@mantine/core";
import { useEffect } from "react";
import { Alone } from "./Alone";
import { Frame } from "./Frame";
import { Shell } from "./Shell";

/** Nothing is shown before it is known who looks, and in which tenant and environment. */
export function Gate() {
  const { tenant, environment } = useContextOfUrl();
  const set = useSetWords();
  const me = useLoad(["me"], (api, options) => api.me(options), { every: 60_000, frame: true });
  const named = tenant !== undefined && environment !== undefined;

  useEffect(() => {
    if (me.data && !named) set({ tenant: me.data.tenant.slug, env: me.data.environment });
  }, [me.data, named, set]);

  if (me.data && named)
    return (
      <MeProvider value={me.data}>
        <Shell />
      </MeProvider>
    );
  if (!me.error || me.error instanceof SignedOut) return <Frame />;
  return (
    <Alone>
      <Failure error={me.error} onRetry={() => void me.refetch()} />
      {tenant && (
        <Anchor href="/" size="sm">
          Go to your own tenant
        </Anchor>
      )}
    </Alone>
  );
}
