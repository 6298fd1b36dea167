import { spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runCommand } from "./run-command.mjs";
import { createBrowserStage } from "./test-stages.mjs";

// `npm run test:flaky -- [--rounds=3] [files…]` runs the browser tests repeatedly beside two busy loops, and prints the
// tests that failed. The loops end with the run, and by themselves after the longest time that it may take.

const ROUND_MINUTES = 45;
const BUSY_LOOPS = 2;

const rounds = Number(/^--rounds=(\d+)$/.exec(process.argv[2] ?? "")?.[1] ?? 3);
const args = process.argv.slice(2).filter((arg) => !arg.startsWith("--rounds="));
const root = fileURLToPath(new URL("../..", import.meta.url));
const results = join(root, "test-results");
mkdirSync(results, { recursive: true });

if (!existsSync(join(root, "dist/client/index.html")) || !existsSync(join(root, "dist/server-test")))
  for (const name of ["build", "build:test"])
    if ((await runCommand(["npm", "run", "--silent", name], { cwd: root })) !== 0) process.exit(1);

const until = Date.now() + rounds * ROUND_MINUTES * 60_000;
const loops = Array.from({ length: BUSY_LOOPS }, () =>
  spawn(process.execPath, ["-e", `while (Date.now() < ${until});`], { stdio: "ignore" }),
);
// A loop would keep this process alive, and a signal must end the loops too.
loops.forEach((loop) => loop.unref());
process.once("exit", () => loops.forEach((loop) => loop.kill("SIGKILL")));

/** @type {Map<string, { count: number, error: string }>} */
const failures = new Map();
let passed = 0;
for (let round = 1; round <= rounds; round += 1) {
  console.log(`\n── round ${round} of ${rounds}`);
  const config = "e2e/playwright.config.ts";
  const run = await createBrowserStage({ root, results, config, args, minutes: ROUND_MINUTES }).run();
  passed += run.passed;
  for (const { test, error } of run.failures) {
    const known = failures.get(test);
    failures.set(test, { count: (known?.count ?? 0) + 1, error: known?.error ?? error });
  }
}
const rows = [...failures].map(([test, { count, error }]) => {
  const [line = ""] = error.split("\n");
  return `| ${test} | ${count} of ${rounds} | ${line} |`.replaceAll("\n", " ");
});
console.log(`\n${passed} passed in ${rounds} rounds, ${failures.size} tests failed at least once.`);
if (rows.length > 0)
  console.log(["| test | failures | first error |", "| --- | --- | --- |", ...rows].join("\n"));
process.exitCode = failures.size === 0 ? 0 : 1;
