import { spawnSync } from "node:child_process";

/**
 * Runs a command whose tool or rights may be missing, and returns whether it succeeded. Otherwise prints which tests are
 * therefore skipped, because a skipped test is easily mistaken for a passed one.
 */
export function canRunTool(tests: string, [tool = "", ...parameters]: readonly string[]): boolean {
  const { status, stderr, error } = spawnSync(tool, parameters, { encoding: "utf8" });
  if (status === 0) return true;
  reportSkippedTests(tests, error?.message ?? `${tool} ended with ${status}: ${stderr.trim()}`);
  return false;
}

export function reportSkippedTests(tests: string, reason: string): void {
  process.stdout.write(`The tests of ${tests} are skipped: ${reason.replace(/\.$/, "")}.\n`);
}
