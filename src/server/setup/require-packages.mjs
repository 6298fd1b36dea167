import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Ends the process with a sentence if packages are not installed: before the first `npm ci`, or after package.json
 * has changed.
 * @param {string} root the project's folder
 * @param {readonly ("dependencies" | "devDependencies")[]} groups
 */
export function requirePackages(root, groups) {
  /** @type {Record<string, Record<string, string>>} */
  const listed = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const missing = groups
    .flatMap((group) => Object.keys(listed[group] ?? {}))
    .filter((name) => !existsSync(join(root, "node_modules", name, "package.json")));
  if (missing.length === 0) return;
  const rest = missing.length === 1 ? "" : ` and ${missing.length - 1} more`;
  console.error(`Packages are not installed (${missing[0]}${rest}). Run “npm ci” first.`);
  process.exit(2);
}
