import "./setup/check-node.mjs";
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { requirePackages } from "./setup/require-packages.mjs";

// Run by `npm start`: builds if the build is missing or older than its sources, then starts the server.

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const built = join(root, "dist", "server", "main.js");
const sources = ["src", "public", "index.html", "vite.config.ts", "package-lock.json"];

/**
 * @param {string} path
 * @returns {number} milliseconds since the epoch
 */
function newest(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  const times = readdirSync(path)
    .filter((name) => !/\.test\.tsx?$/.test(name))
    .map((name) => newest(join(path, name)));
  return Math.max(stats.mtimeMs, ...times);
}

const page = join(root, "dist", "client", "index.html");
const isBuilt = [built, page].every(existsSync);
const wanted = Math.max(...sources.map((name) => newest(join(root, name))));
const mustBuild = !isBuilt || Math.min(statSync(built).mtimeMs, statSync(page).mtimeMs) < wanted;
requirePackages(root, mustBuild ? ["dependencies", "devDependencies"] : ["dependencies"]);
if (mustBuild) {
  console.log("Building Flowline …");
  const { build } = await import("vite");
  /** @satisfies {import("vite").InlineConfig} */
  const options = { root, logLevel: "warn" };
  await build(options);
  await build({ ...options, build: { ssr: "src/server/main.ts" } });
}
await import(pathToFileURL(built).href);
