import { fileURLToPath } from "node:url";
import { runnerImport } from "vite";

// Usage: `node e2e/engines/run.mjs firefox webkit chromium` walks through the main job in the system's browsers.

/** @type {{ module: { runWalks: (names: readonly string[]) => Promise<void> } }} */
const { module } = await runnerImport(fileURLToPath(new URL("run-walk.ts", import.meta.url)));
await module.runWalks(process.argv.slice(2));
process.exit();
