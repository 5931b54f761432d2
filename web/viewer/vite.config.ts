/** Builds what `companyos evidence view` puts into its file: one script and one stylesheet, nothing to load. */
import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [react()],
  define: { "process.env.NODE_ENV": JSON.stringify("production") },
  build: {
    outDir: here("../../src/companyos/_viewer"),
    emptyOutDir: true,
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    target: "es2023",
    reportCompressedSize: false,
    lib: {
      entry: here("src/main.tsx"),
      formats: ["iife"],
      name: "viewer",
      fileName: () => "viewer.js",
      cssFileName: "viewer",
    },
  },
});
