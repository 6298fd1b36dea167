import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";

const HEADLESS_SHELL = "/usr/bin/chromium-headless-shell";
const SYSTEM_PATHS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  HEADLESS_SHELL,
];

/** @type {Set<string>} */
const startable = new Set();

/**
 * Starts the program, because an existing file is not enough: Playwright's download needs libraries of the system, and
 * Ubuntu's `chromium-browser` only installs a snap.
 * @param {string} path
 */
function canStart(path) {
  if (!existsSync(path)) return false;
  if (startable.has(path)) return true;
  const { status } = spawnSync(path, ["--version"], { stdio: "ignore", timeout: 60_000 });
  if (status === 0) startable.add(path);
  return status === 0;
}

/**
 * Returns the path of the browser for tests and measurements: CHROMIUM_PATH, else Playwright's own browser, else one of
 * the system. Undefined if none is installed.
 * @returns {string | undefined}
 */
export function findChromiumExecutablePath() {
  const wanted = process.env["CHROMIUM_PATH"];
  return [...(wanted ? [wanted] : []), chromium.executablePath(), ...SYSTEM_PATHS].find(canStart);
}

/**
 * Returns the browser for page tests: Chromium's headless shell if installed, since a full browser's windows and menus
 * double the work of short tests. Playwright itself uses the shell when it runs without a display.
 * @returns {string | undefined}
 */
export function findExecutablePathOfTestBrowser() {
  const isChosen = Boolean(process.env["CHROMIUM_PATH"]);
  return !isChosen && canStart(HEADLESS_SHELL) ? HEADLESS_SHELL : findChromiumExecutablePath();
}

const FIREFOX_PATHS = [
  "/usr/bin/firefox-esr",
  "/usr/bin/firefox",
  "/Applications/Firefox.app/Contents/MacOS/firefox",
];

/**
 * Returns FIREFOX_PATH, or the path of the system's Firefox.
 * @returns {string | undefined}
 */
export function findFirefoxExecutablePath() {
  return [process.env["FIREFOX_PATH"] ?? "", ...FIREFOX_PATHS].find(canStart);
}

/**
 * Flags that turn off Chromium's own background requests and, for root, the sandbox: Chromium refuses to start
 * as root with a sandbox.
 */
export const CHROMIUM_FLAGS = [
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];
