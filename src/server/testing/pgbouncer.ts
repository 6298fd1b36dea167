import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPgBouncer } from "./find-programs.mjs";
import { findFreePort, waitForAnswer } from "./postgres-server.ts";

const PROGRAM = findPgBouncer();

export const isPgBouncerInstalled = (): boolean => PROGRAM !== undefined;

export interface PgBouncer {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts a PgBouncer in transaction mode in front of the database of `url`. It has two connections to
 * PostgreSQL, so that clients share sessions, and supports no named statements, like versions before 1.21.
 */
export async function startPgBouncer(url: string): Promise<PgBouncer> {
  const { hostname, port, username, pathname } = new URL(url);
  const directory = mkdtempSync(join(tmpdir(), "flowline-pgbouncer-"));
  const listenPort = await findFreePort();
  const settings = [
    "[databases]",
    `* = host=${hostname} port=${port} user=${username}`,
    "[pgbouncer]",
    "listen_addr = 127.0.0.1",
    `listen_port = ${listenPort}`,
    "unix_socket_dir =",
    "auth_type = any",
    "pool_mode = transaction",
    "default_pool_size = 2",
    "max_prepared_statements = 0",
  ];
  const file = join(directory, "pgbouncer.ini");
  writeFileSync(file, `${settings.join("\n")}\n`);
  const program = PROGRAM ?? "pgbouncer";
  const isRoot = process.getuid?.() === 0;
  if (isRoot) {
    const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
    for (const path of [directory, file]) chownSync(path, id("-u"), id("-g"));
  }
  const [command = program, ...options] = isRoot
    ? ["runuser", "-u", "postgres", "--", program, file]
    : [program, file];
  const child = spawn(command, options, { cwd: directory, stdio: "ignore" });
  const pooled = `postgres://${username}@127.0.0.1:${listenPort}${pathname}`;
  if (!(await waitForAnswer(pooled, child))) throw new Error(`PgBouncer ended with code ${child.exitCode}`);
  return {
    url: pooled,
    stop: async () => {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
