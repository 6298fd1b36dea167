import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runCommand } from "./run-command.mjs";

/**
 * @typedef {import("./slowest.mjs").Duration} Duration
 * @typedef {{ test: string, error: string, canRerun: boolean, file?: string, name?: string }} TestFailure
 * @typedef {{ passed: number, failures: TestFailure[], durations: Duration[] }} TestRun
 *
 * @typedef {object} TestStage
 * @property {() => Promise<TestRun>} run
 * @property {(failures: readonly TestFailure[]) => Promise<Set<TestFailure>>} rerun runs failed tests alone, with one
 *   worker, and returns those that passed
 *
 * @typedef {object} StageOptions
 * @property {string} root the project's folder
 * @property {string} results the folder for reports
 * @property {readonly string[]} [args]
 * @property {number} [minutes] limit of the whole stage
 * @property {(text: string) => void} [print]
 * @property {boolean} [mayBeEmpty] whether a stage without tests passes
 */

const REPORTER = fileURLToPath(new URL("./unit-results.mjs", import.meta.url));

/**
 * @param {string} error
 * @returns {TestFailure}
 */
const stageFailure = (error) => ({ test: "the whole stage", error, canRerun: false });

/**
 * @param {StageOptions} options
 * @returns {TestStage}
 */
export function createUnitStage({ root, results, args = [], minutes = 30, print, mayBeEmpty = false }) {
  const runVitest = async (/** @type {string} */ report, /** @type {readonly string[]} */ more) => {
    const file = join(results, report);
    const code = await runCommand(
      ["vitest", "run", "--no-color", "--reporter=dot", `--reporter=${REPORTER}`, ...args, ...more],
      { cwd: root, print, minutes, env: { UNIT_RESULTS: file } },
    );
    return { code, report: /** @type {import("./unit-results.mjs").UnitResults | undefined} */ (read(file)) };
  };
  return {
    async run() {
      const { code, report } = await runVitest("unit.json", []);
      if (!report) return { passed: 0, failures: [stageFailure("Vitest wrote no results.")], durations: [] };
      /** @type {TestFailure[]} */
      const failures = report.failures.map(({ file, name, error }) => ({
        test: [file, name].filter(Boolean).join(" › ") || "outside of a test file",
        error,
        canRerun: file !== undefined,
        file,
        name,
      }));
      if (report.passed.length + failures.length === 0 && !mayBeEmpty)
        failures.push(stageFailure("No test ran."));
      if (code !== 0 && failures.length === 0 && !mayBeEmpty)
        failures.push(stageFailure(`Vitest ended with ${code}.`));
      return { passed: report.passed.length, failures, durations: report.files };
    },
    async rerun(failures) {
      const passed = /** @type {Set<TestFailure>} */ (new Set());
      const files = new Set(failures.map(({ file = "" }) => file));
      for (const [index, file] of [...files].entries()) {
        const failed = failures.filter((failure) => failure.file === file);
        const names = failed.flatMap(({ name }) => (name === undefined ? [] : [name]));
        // A failure of the file itself, such as in a hook, can only be rechecked by running all tests of the
        // file.
        const isWhole = names.length < failed.length;
        const pattern = `^(?:${names.map(escapePattern).join("|")})$`;
        const { report } = await runVitest(`unit-again-${index + 1}.json`, [
          file,
          "--maxWorkers=1",
          ...(isWhole ? [] : [`--testNamePattern=${pattern}`]),
        ]);
        if (!report || report.passed.length === 0) continue;
        const hasFailed = (/** @type {string | undefined} */ name) =>
          report.failures.some((failure) => failure.name === undefined || failure.name === name);
        for (const failure of failed) {
          const { name } = failure;
          const isProven = name === undefined ? report.failures.length === 0 : !hasFailed(name);
          if (isProven && (name === undefined || report.passed.some((test) => test.name === name)))
            passed.add(failure);
        }
      }
      return passed;
    },
  };
}

/**
 * @param {StageOptions & { config: string }} options
 * @returns {TestStage}
 */
export function createBrowserStage({ root, results, config, args = [], minutes = 30, print }) {
  const lastRun = join(results, "browser-last-run.json");
  const runPlaywright = async (/** @type {string} */ report, /** @type {readonly string[]} */ more) => {
    const file = join(results, report);
    const code = await runCommand(["playwright", "test", "--config", config, ...args, ...more], {
      cwd: root,
      print,
      minutes,
      env: { PLAYWRIGHT_JSON_OUTPUT_FILE: file, PLAYWRIGHT_LAST_RUN_OUTPUT_FILE: lastRun },
    });
    return { code, report: /** @type {BrowserReport | undefined} */ (read(file)) };
  };
  return {
    async run() {
      const { code, report } = await runPlaywright("browser.json", []);
      if (!report)
        return { passed: 0, failures: [stageFailure("Playwright wrote no results.")], durations: [] };
      const tests = listBrowserTests(report);
      const failures = [
        ...tests.flatMap((test) => (test.error === undefined ? [] : [toFailure(test, test.error)])),
        ...report.errors.map(({ message }) => stageFailure(stripColors(message ?? "An unknown error."))),
      ];
      if (tests.length + failures.length === 0) failures.push(stageFailure("No test ran."));
      if (code !== 0 && failures.length === 0) failures.push(stageFailure(`Playwright ended with ${code}.`));
      return { passed: tests.filter(({ isPassed }) => isPassed).length, failures, durations: tests };
    },
    async rerun(failures) {
      const ids = failures.map(({ name }) => name);
      rmSync(lastRun, { force: true });
      writeFileSync(lastRun, JSON.stringify({ status: "failed", failedTests: ids }));
      const { report } = await runPlaywright("browser-again.json", [
        "--last-failed",
        "--workers=1",
        "--reporter=list,json",
        `--output=${join(results, "browser-again")}`,
      ]);
      if (!report || report.errors.length > 0) return new Set();
      const passed = new Set(listBrowserTests(report).flatMap((test) => (test.isPassed ? [test.id] : [])));
      return new Set(failures.filter(({ name }) => name !== undefined && passed.has(name)));
    },
  };
}

/**
 * Creates the stage of the walk in another browser, which counts as one test.
 * @param {StageOptions & { engine: string }} options
 * @returns {TestStage}
 */
export function createWalkStage({ root, engine, minutes = 10, print }) {
  const test = `the walk in ${engine}`;
  const walk = async () => {
    const begun = performance.now();
    const code = await runCommand(["node", "e2e/engines/run.mjs", engine], {
      cwd: root,
      print,
      minutes,
    });
    return { code, seconds: (performance.now() - begun) / 1000 };
  };
  return {
    async run() {
      const { code, seconds } = await walk();
      const durations = [{ name: test, seconds }];
      if (code === 0) return { passed: 1, failures: [], durations };
      const error = `It ended with ${code}; its output is above.`;
      return { passed: 0, failures: [{ test, error, canRerun: true }], durations };
    },
    async rerun(failures) {
      return new Set((await walk()).code === 0 ? failures : []);
    },
  };
}

/**
 * @typedef {object} BrowserSuite
 * @property {string} title
 * @property {BrowserSuite[]} [suites]
 * @property {BrowserSpec[]} [specs]
 *
 * @typedef {object} BrowserSpec
 * @property {string} id
 * @property {string} title
 * @property {{ status: string, results: { duration: number, errors: { message?: string }[] }[] }[]} tests
 *
 * @typedef {BrowserSuite & { errors: { message?: string }[] }} BrowserReport
 * @typedef {Duration & { id: string, isPassed: boolean, error: string | undefined }} BrowserTest
 */

/**
 * Lists the tests of a report with their durations in seconds. Skipped tests have neither passed nor failed.
 * @param {Pick<BrowserSuite, "suites" | "specs">} suite
 * @param {string} [path]
 * @returns {BrowserTest[]}
 */
function listBrowserTests({ suites = [], specs = [] }, path = "") {
  const own = specs.flatMap(({ id, title, tests }) =>
    tests.map(({ status, results }) => ({
      id,
      name: `${path}${title}`,
      seconds: results.reduce((sum, { duration }) => sum + duration, 0) / 1000,
      isPassed: status === "expected",
      error:
        status === "unexpected" || status === "flaky"
          ? stripColors(results.flatMap(({ errors }) => errors)[0]?.message ?? "It failed without an error.")
          : undefined,
    })),
  );
  return [...own, ...suites.flatMap((inner) => listBrowserTests(inner, `${path}${inner.title} › `))];
}

/**
 * @param {BrowserTest} test
 * @param {string} error
 * @returns {TestFailure}
 */
const toFailure = ({ name, id }, error) => ({ test: name, error, canRerun: true, name: id });

/** @param {string} text */
// oxlint-disable-next-line no-control-regex -- the colors of a terminal begin with a control character
const stripColors = (text) => text.replaceAll(/\u001B\[[\d;]*m/g, "");

/** @param {string} text */
const escapePattern = (text) => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

/** @param {string} file */
function read(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}
