import { runCommand } from "./run-command.mjs";
import { runSecondTry } from "./second-try.mjs";
import { describeSlowestTests } from "./slowest.mjs";

/**
 * @typedef {object} Stage
 * @property {string} name
 * @property {boolean} [isBuild]
 * @property {boolean} [needsBuild]
 * @property {string} [missing] says what the machine lacks, so that the stage cannot run and fails
 * @property {string[]} [commands] count as one test, which passes if every command succeeds
 * @property {import("./test-stages.mjs").TestStage} [tests]
 *
 * @typedef {import("./test-stages.mjs").TestRun & { output?: string, failedOutput?: string }} StageRun
 */

/**
 * Runs stages in order and prints them, failures last. Stages after a failed one run too, except those that need a
 * failed build. Commands that need no build start together, unless the first failed stage ends the run.
 * @param {readonly Stage[]} stages
 * @param {object} options
 * @param {string} options.root the project's folder
 * @param {string} options.results the folder for reports
 * @param {readonly string[]} [options.leftOut] sentences about tests that this machine cannot run
 * @param {boolean} [options.stopsAtFirst] ends with the first failed stage, and without a second try
 * @param {(text: string) => void} [options.print]
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runStages(
  stages,
  { root, results, leftOut = [], stopsAtFirst = false, print = write },
) {
  let isBuilt = true;
  /** @type {(stage: Stage) => Promise<StageRun & { seconds: number }>} */
  const begin = async (stage) => {
    const started = performance.now();
    const missing = stage.missing ?? (stage.needsBuild && !isBuilt ? "There is no build." : undefined);
    const { name, commands = [], tests } = stage;
    const run =
      missing === undefined
        ? await (tests?.run() ?? runCommands(commands, root))
        : { passed: 0, failures: [{ test: name, error: missing, canRerun: false }], durations: [] };
    return { ...run, seconds: (performance.now() - started) / 1000 };
  };
  const begun = stages.map((stage) =>
    stage.commands && !stage.needsBuild && !stopsAtFirst ? begin(stage) : undefined,
  );
  for (const run of begun) await run;

  const total = { passed: 0, failed: 0 };
  /** @type {import("./second-try.mjs").FailedStage[]} */
  const failedStages = [];
  /** @type {string[]} */
  const failedOutputs = [];
  /** @type {string[]} */
  const slowest = [];
  for (const [index, stage] of stages.entries()) {
    const { name, isBuild, tests } = stage;
    print(`\n── ${index + 1}/${stages.length} ${name}\n`);
    const run = await (begun[index] ?? begin(stage));
    const failed = run.failures.length + (run.failedOutput === undefined ? 0 : 1);
    print(run.output ?? "");
    print(`── ${name}: ${run.passed} passed, ${failed} failed in ${run.seconds.toFixed(1)} s\n`);
    total.passed += run.passed;
    if (isBuild) isBuilt = failed === 0;
    if (run.failedOutput !== undefined) failedOutputs.push(`\n── ${name} failed\n${run.failedOutput}`);
    if (run.durations.length > 0) slowest.push(`\n${describeSlowestTests(name, run.durations)}\n`);
    if (run.failures.length > 0) {
      const failures = run.failures.map((failure) => ({
        ...failure,
        canRerun: failure.canRerun && !stopsAtFirst,
      }));
      failedStages.push({ name, failures, rerun: tests?.rerun ?? (async () => new Set()) });
    }
    if (stopsAtFirst && failed > 0) break;
  }
  for (const text of slowest) print(text);
  if (leftOut.length > 0) print(`\nLeft out:\n${leftOut.map((text) => `  ${text}\n`).join("")}`);
  const again = await runSecondTry(failedStages, { results, print });
  for (const text of failedOutputs) print(text);
  return { passed: total.passed + again.passed, failed: failedOutputs.length + again.failed };
}

/** @param {string} text */
function write(text) {
  process.stdout.write(text);
}

/**
 * @param {readonly string[]} commands
 * @param {string} root
 * @returns {Promise<StageRun>}
 */
async function runCommands(commands, root) {
  /** @type {string[]} */
  const printed = [];
  for (const command of commands) {
    const code = await runCommand(command.split(" "), {
      cwd: root,
      print: (text) => void printed.push(text),
    });
    if (code !== 0) return { passed: 0, failures: [], durations: [], failedOutput: printed.join("") };
  }
  return { passed: 1, failures: [], durations: [], output: printed.join("") };
}
