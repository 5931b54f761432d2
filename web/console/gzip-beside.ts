import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

const squeeze = promisify(gzip);
const COMPRESSIBLE = /\.(js|css|svg|json|webmanifest)$/;

/**
 * Write `x.js.gz` beside every compressible file of the build, so that the server sends bytes it never has to compress.
 * index.html is left alone: the server writes a nonce into it on each request.
 */
export function gzipBeside(): Plugin {
  let outDir = "";
  return {
    name: "companyos:gzip-beside",
    apply: "build",
    configResolved(config) {
      outDir = config.build.outDir;
    },
    async closeBundle() {
      const entries = await readdir(outDir, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile() && COMPRESSIBLE.test(entry.name));
      await Promise.all(
        files.map(async ({ parentPath, name }) => {
          const path = join(parentPath, name);
          const packed = await squeeze(await readFile(path), { level: constants.Z_BEST_COMPRESSION });
          await writeFile(`${path}.gz`, packed);
        }),
      );
    },
  };
}
