import { writeFileSync } from "node:fs";
import { relative } from "node:path";

/**
 * A failed test, by file and name. Without a name, the file itself failed: it cannot be loaded, a hook fails,
 * or an error is thrown outside of a test.
 * @typedef {{ file?: string, name?: string, error: string }} UnitFailure
 * @typedef {{ file: string, name: string }} UnitTest
 * @typedef {{ passed: UnitTest[], failures: UnitFailure[], files: { name: string, seconds: number }[] }} UnitResults
 */

/**
 * Writes the results of a run as {@link UnitResults} to the file in UNIT_RESULTS. Vitest's own JSON report has neither
 * errors outside of tests nor a test's name as `--testNamePattern` matches it.
 */
export default class UnitResultsReporter {
  /**
   * @param {readonly import("vitest/node").TestModule[]} modules
   * @param {readonly import("vitest/node").SerializedError[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    const results = /** @type {UnitResults} */ ({ passed: [], failures: [], files: [] });
    for (const module of modules) {
      const file = relative(process.cwd(), module.moduleId);
      results.files.push({ name: file, seconds: module.diagnostic().duration / 1000 });
      for (const test of module.children.allTests()) {
        const name = nameOf(test);
        const { state, errors } = test.result();
        if (state === "passed") results.passed.push({ file, name });
        if (state === "failed") results.failures.push({ file, name, error: describeError(errors?.[0]) });
      }
      const [error] = [module, ...module.children.allSuites()].flatMap((suite) => suite.errors());
      if (error) results.failures.push({ file, error: describeError(error) });
    }
    for (const error of unhandledErrors) {
      const path = error["VITEST_TEST_PATH"];
      const file = typeof path === "string" ? relative(process.cwd(), path) : undefined;
      results.failures.push({ file, error: `Outside of a test: ${describeError(error)}` });
    }
    writeFileSync(process.env["UNIT_RESULTS"] ?? "unit.json", JSON.stringify(results));
  }
}

/**
 * @param {import("vitest/node").TestCase | import("vitest/node").TestSuite} task
 * @returns {string}
 */
function nameOf(task) {
  return task.parent.type === "module" ? task.name : `${nameOf(task.parent)} ${task.name}`;
}

/** @param {{ message: string, stack?: string } | undefined} error */
function describeError(error) {
  const place = error?.stack?.split("\n").find((line) => line.includes(process.cwd()));
  return [error?.message ?? "It failed without an error.", ...(place ? [place.trim()] : [])].join("\n");
}
