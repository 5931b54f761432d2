import { defineConfig } from "@hey-api/openapi-ts";

/** `npm run generate`: the API's description (`companyos openapi --write`) becomes types and one function per operation. */
export default defineConfig({
  input: "web/sdk/openapi.json",
  output: { path: "web/sdk/src/gen", clean: true },
  plugins: [
    { name: "@hey-api/typescript", enums: false },
    { name: "@hey-api/sdk", operations: { strategy: "flat" } },
    { name: "@hey-api/client-fetch", bundle: true, baseUrl: false },
  ],
});
