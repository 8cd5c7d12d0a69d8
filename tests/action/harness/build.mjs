// Bundles src/ with what it imports into one file: `node build.mjs OUT`.

import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

await build({
  absWorkingDir: fileURLToPath(new URL(".", import.meta.url)),
  entryPoints: ["src/main.mjs"],
  outfile: resolve(process.argv[2]),
  // Only its logging is used, and it would bring a whole HTTP client.
  alias: { "@actions/core": "./src/no-logging.cjs" },
  // CommonJS in an ES module has no `require`.
  banner: {
    js: 'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);',
  },
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  minifySyntax: true,
  minifyWhitespace: true,
  logLevel: "warning",
});
