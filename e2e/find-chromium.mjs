import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";

const SYSTEM_PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

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

/** Without a sandbox as root, where Chromium refuses to start with one; and quiet, since nothing but the server is to be asked. */
export const CHROMIUM_FLAGS = [
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];
