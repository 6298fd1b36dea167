import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";

const HEADLESS_SHELL = "/usr/bin/chromium-headless-shell";
const SYSTEM_PATHS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  HEADLESS_SHELL,
];

/**
 * Returns the path of the browser for tests and measurements: CHROMIUM_PATH, else Playwright's own browser, else one of
 * the system. Undefined if none is installed.
 * @returns {string | undefined}
 */
export function findChromiumExecutablePath() {
  const wanted = process.env["CHROMIUM_PATH"];
  return [...(wanted ? [wanted] : []), chromium.executablePath(), ...SYSTEM_PATHS].find((path) =>
    existsSync(path),
  );
}

/**
 * Returns the browser for page tests: Chromium's headless shell if installed, since a full browser's windows and menus
 * double the work of short tests. Playwright itself uses the shell when it runs without a display.
 * @returns {string | undefined}
 */
export function findExecutablePathOfTestBrowser() {
  const isChosen = Boolean(process.env["CHROMIUM_PATH"]);
  return !isChosen && existsSync(HEADLESS_SHELL) ? HEADLESS_SHELL : findChromiumExecutablePath();
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
  return [process.env["FIREFOX_PATH"] ?? "", ...FIREFOX_PATHS].find((path) => existsSync(path));
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
