import { existsSync } from "node:fs";
import { findChromiumExecutablePath, findFirefoxExecutablePath } from "#e2e/find-browsers.mjs";
import { findFaketimeLibrary, findPgBouncer, findPostgresDirectory } from "#server/testing/find-programs.mjs";
import { runCommand } from "./run-command.mjs";

/**
 * @typedef {object} Program
 * @property {string} name
 * @property {string} tests that are left out without it
 * @property {() => boolean} isInstalled
 * @property {boolean} [isForFullRun] whether `npm test` does without it
 * @property {string} [download] the name of Playwright's own build
 * @property {readonly string[]} packages of Debian and Ubuntu; the first that can be installed is enough
 *
 * @typedef {(command: readonly string[]) => Promise<{ code: number, output: string }>} Run
 */

/** @type {readonly Program[]} */
const PROGRAMS = [
  {
    name: "Chromium",
    tests: "the browser tests",
    isInstalled: () => findChromiumExecutablePath() !== undefined,
    download: "chromium",
    // The browser without windows, in which the pages' tests take half the work; Ubuntu does not have it.
    packages: ["chromium-headless-shell", "chromium"],
  },
  {
    name: "PostgreSQL",
    tests: "the tests of PostgreSQL",
    isInstalled: () => Boolean(process.env["TEST_DATABASE_URL"]) || findPostgresDirectory() !== undefined,
    packages: ["postgresql"],
  },
  {
    name: "Firefox",
    tests: "the walk in Firefox",
    isForFullRun: true,
    isInstalled: () => findFirefoxExecutablePath() !== undefined,
    packages: ["firefox-esr"],
  },
  {
    name: "libfaketime",
    tests: "the test of a clock that jumps",
    isInstalled: () => findFaketimeLibrary() !== undefined,
    packages: ["libfaketime"],
  },
  {
    name: "PgBouncer",
    tests: "the test of a pooler",
    isInstalled: () => findPgBouncer() !== undefined,
    packages: ["pgbouncer"],
  },
];

/**
 * Installs the programs that the tests need and the machine does not have: Playwright's own build first, then the
 * system's packages. Never asks for anything. Returns a sentence for each program that could not be installed, by name.
 * @param {string} root the project's folder
 * @param {{ isFull: boolean }} options
 * @returns {Promise<Map<string, string>>}
 */
export async function bringPrograms(root, { isFull }) {
  /** @type {Map<string, string>} */
  const missing = new Map();
  const absent = PROGRAMS.filter(
    ({ isForFullRun, isInstalled }) => (isFull || isForFullRun !== true) && !isInstalled(),
  );
  if (absent.length === 0) return missing;
  /** @type {Run} */
  const run = async (command) => {
    /** @type {string[]} */
    const printed = [];
    const code = await runCommand(command, { cwd: root, print: (text) => void printed.push(text) });
    return { code, output: printed.join("") };
  };
  const aptGet = await findAptGet(run);
  let isListed = false;
  for (const { name, tests, isInstalled, download, packages } of absent) {
    /** @type {(how: string, command: readonly string[]) => Promise<boolean>} */
    const attempt = async (how, command) => {
      console.log(`${name} is missing, for ${tests}: ${how}.`);
      const { code, output } = await run(command);
      const lines = output.trim().split("\n");
      if (code !== 0) console.log(`  That failed: ${lines.findLast((line) => !/^\s+at /.test(line))}`);
      return code === 0;
    };
    if (download !== undefined) {
      const isDownloaded = await attempt("downloading Playwright's", ["playwright", "install", download]);
      if (isDownloaded && aptGet && !isInstalled())
        await attempt("installing the libraries of Playwright's", ["playwright", "install-deps", download]);
    }
    for (const debian of packages) {
      if (!aptGet || isInstalled()) break;
      if (!isListed) await run([...aptGet, "update"]);
      isListed = true;
      const install = [...aptGet, "install", "-y", "--no-install-recommends", debian];
      await attempt(`installing the package ${debian}`, install);
    }
    const help = `Install it, for example with “apt-get install ${packages.at(-1)}”.`;
    if (!isInstalled()) missing.set(name, `No ${name} could be installed for ${tests}. ${help}`);
  }
  return missing;
}

/**
 * Returns how to call apt-get without a password; undefined on other systems, and without that right.
 * @param {Run} run
 * @returns {Promise<readonly string[] | undefined>}
 */
async function findAptGet(run) {
  if (!existsSync("/usr/bin/apt-get")) return undefined;
  const isRoot = process.getuid?.() === 0;
  const isAllowed = isRoot || (await run(["sudo", "-n", "true"])).code === 0;
  const sudo = isRoot ? [] : ["sudo", "-n"];
  return isAllowed ? [...sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"] : undefined;
}
