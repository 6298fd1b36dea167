import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runnerImport } from "vite";

// Usage: `node e2e/bench/run.mjs <name>…` runs the named programs of this folder, which are TypeScript.

const names = process.argv.slice(2);
for (const name of names) {
  const program = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  if (!existsSync(program)) {
    console.error(`There is no measurement called ${name}.`);
    process.exit(2);
  }
  /** @type {{ module: { measure: () => Promise<void> } }} */
  const { module } = await runnerImport(program);
  await module.measure();
}
