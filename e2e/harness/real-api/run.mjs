import { parseArgs } from "node:util";
import { runnerImport } from "vite";

// Usage: `node e2e/harness/real-api/run.mjs --port 4530 --switches '{"pagesOfTen":true}'` starts the stand-in with two
// sample flows, and prints the environment of a server in cloud mode.

const { values } = parseArgs({
  options: { port: { type: "string", default: "0" }, switches: { type: "string", default: "{}" } },
});
/** @type {{ module: typeof import("./start.ts") }} */
const { module } = await runnerImport(new URL("start.ts", import.meta.url).pathname);
const standIn = await module.startRealApiStandIn({
  port: Number(values.port),
  switches: JSON.parse(values.switches),
});
standIn.state.addFlow("Order summary", [
  { id: "fetch", type: "fetch-url", name: "Fetch order", config: { http: { url: "https://example.com" } } },
  { id: "sum", type: "prompt", name: "Summarize", when: "true", config: { userPrompt: "{{order}}" } },
]);
for (let number = 1; number <= 12; number++)
  standIn.state.addRecord("customer", `Customer ${number}`, { plan: "pro" });
process.stdout.write(`RUNTYPE_API_URL=${standIn.url} RUNTYPE_API_KEY=${standIn.key}\n`);
let reported = 0;
setInterval(() => {
  for (const text of standIn.violations.slice(reported)) process.stdout.write(`violation: ${text}\n`);
  reported = standIn.violations.length;
}, 500);
