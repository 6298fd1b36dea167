import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

// Plain JavaScript, because `npm test` looks for these programs before it runs TypeScript.

/** @param {string} path */
const list = (path) => (existsSync(path) ? readdirSync(path) : []);

/**
 * Finds the directory of the PostgreSQL binaries: the newest version of a Debian package, or one on the PATH. Ignores a
 * directory without `initdb`, which belongs to a client package.
 * @returns {string | undefined}
 */
export function findPostgresDirectory() {
  const binaries = "/usr/lib/postgresql";
  const installed = list(binaries)
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => join(binaries, version, "bin"));
  const onPath = (process.env["PATH"] ?? "").split(delimiter).filter((path) => path !== "");
  return [...installed, ...onPath].find((path) =>
    ["initdb", "pg_ctl", "postgres"].every((program) => existsSync(join(path, program))),
  );
}

export function findPgBouncer() {
  return ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"].find((path) => existsSync(path));
}

/**
 * Returns the path of the library in Debian's package `libfaketime`, which gives a process its own clock.
 * @returns {string | undefined}
 */
export function findFaketimeLibrary() {
  const libraries = "/usr/lib";
  return list(libraries)
    .filter((name) => name.endsWith("-linux-gnu"))
    .map((name) => join(libraries, name, "faketime", "libfaketime.so.1"))
    .find((path) => existsSync(path));
}
