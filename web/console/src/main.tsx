import "@fontsource-variable/inter";
import "@fontsource-variable/jetbrains-mono";
import "@mantine/core/styles.css";
import "mantine-datatable/styles.css";
import "@companyos/kit/kit.css";
import "@companyos/kit/lists.css";
import "./shell.css";
import { CompanyOSProvider, Failure, ShortcutProvider, theme } from "@companyos/kit";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { setNonce } from "get-nonce";
import type { ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { Alone } from "./Alone";
import { client, signIn } from "./client";
import { queries } from "./queries";
import { router } from "./router";

// Libraries that write <style> elements (Mantine, react-remove-scroll) must carry the page's nonce.
const nonce = document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce ?? "";
setNonce(nonce);

const root = createRoot(document.getElementById("root") as HTMLElement);

const show = (content: ReactNode) =>
  root.render(
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <QueryClientProvider client={queries}>
        <CompanyOSProvider value={client}>
          <ShortcutProvider>{content}</ShortcutProvider>
        </CompanyOSProvider>
      </QueryClientProvider>
    </MantineProvider>,
  );

// A newer console was installed while this one was open: its pages have new names. Begin anew, once.
addEventListener("vite:preloadError", () => {
  if (sessionStorage.getItem("companyos.reloaded") === import.meta.url) return;
  sessionStorage.setItem("companyos.reloaded", import.meta.url);
  location.reload();
});

/** Finish a sign-in, or begin one, or show the console. */
async function start(): Promise<void> {
  if (location.pathname === "/signed-in") {
    const { returnTo } = await client.finishSignIn(new URL(location.href));
    const inside = returnTo.startsWith("/") && !returnTo.startsWith("//");
    history.replaceState(null, "", inside ? returnTo : "/");
  } else if (!(await client.auth.signedIn())) {
    return signIn();
  }
  show(<RouterProvider router={router} />);
}

start().catch((error: unknown) =>
  show(
    <Alone>
      <Failure error={error} onRetry={() => location.assign("/")} />
    </Alone>,
  ),
);
