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
 * The browser that the tests and measurements run in: the one that CHROMIUM_PATH names, Playwright's own, or the
 * system's. Undefined where there is none.
 * @returns {string | undefined}
 */
export function findChromium() {
  const wanted = process.env["CHROMIUM_PATH"];
  return [...(wanted ? [wanted] : []), chromium.executablePath(), ...SYSTEM_PATHS].find((path) =>
    existsSync(path),
  );
}

/**
 * The browser for the tests of pages: where it is installed, the same Chromium without the windows and menus around its
 * pages, which are half of the work in tests that are over in seconds. It is what Playwright itself runs without a display.
 * @returns {string | undefined}
 */
export function findTestBrowser() {
  const isChosen = Boolean(process.env["CHROMIUM_PATH"]);
  return !isChosen && existsSync(HEADLESS_SHELL) ? HEADLESS_SHELL : findChromium();
}

/** Without a sandbox as root, where Chromium refuses to start with one; and quiet, since nothing but the server is to be asked. */
export const CHROMIUM_FLAGS = [
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];
