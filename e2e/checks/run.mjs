import "#server/setup/check-node.mjs";
import { fileURLToPath } from "node:url";
import { requirePackages } from "#server/setup/require-packages.mjs";

// Entry of `npm test`, `npm run test:full` and `npm run check`: imports packages only after checking that they are there.

requirePackages(fileURLToPath(new URL("../..", import.meta.url)), ["dependencies", "devDependencies"]);
await import("./run-checks.mjs");
