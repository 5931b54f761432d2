import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { gzipBeside } from "./gzip-beside.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The running server that `npm run dev` forwards to; `companyos up` prints its address. */
const backend = process.env["COMPANYOS_URL"] ?? "http://localhost:8700";
const served = ["/api", "/v1", "/.well-known", "/oauth", "/login", "/authorize", "/token", "/healthz"];

export default defineConfig({
  base: "/",
  plugins: [react(), gzipBeside()],
  // The server replaces this word with a fresh nonce on every page it serves.
  html: { cspNonce: "__CSP_NONCE__" },
  server: {
    fs: { allow: [here("../..")] },
    proxy: Object.fromEntries(served.map((path) => [path, { target: backend, changeOrigin: false }])),
  },
  build: {
    outDir: here("../../src/companyos/_console"),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    // light-dark() stays as written: Mantine sets color-scheme, so browsers resolve it themselves.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    target: "es2023",
    chunkSizeWarningLimit: 700,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
            { name: "echarts", test: /node_modules[\\/](echarts|zrender)[\\/]/ },
            { name: "cytoscape", test: /node_modules[\\/](cytoscape|cytoscape-fcose|cose-base|layout-base)[\\/]/ },
          ],
        },
      },
    },
  },
});
