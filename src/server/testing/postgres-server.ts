import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chownSync, mkdtempSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { createServer } from "node:net";
import { freemem, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Client } from "pg";
import { findPostgresDirectory } from "./find-programs.mjs";

export interface PostgresServer {
  readonly url: string;
  /** Stops the server and removes its files; does nothing for a server that was not started here. */
  readonly stop: () => Promise<void>;
}

/**
 * Opens the server of `TEST_DATABASE_URL`, or starts the newest installed PostgreSQL (as user `postgres` if the caller
 * is root); undefined if there is neither. Without `isDurable`, the server never syncs, so times are not realistic.
 */
export async function openPostgresServer({
  isDurable,
  maxConnections,
}: {
  readonly isDurable: boolean;
  readonly maxConnections?: number;
}): Promise<PostgresServer | undefined> {
  const given = process.env["TEST_DATABASE_URL"];
  if (given !== undefined && given !== "") return { url: given, stop: async () => undefined };
  const binaries = findPostgresDirectory();
  return binaries === undefined ? undefined : startServer(binaries, isDurable, maxConnections);
}

export interface StoppablePostgresServer extends PostgresServer {
  /** `fast` closes all connections properly, `immediate` requires crash recovery at the next start. */
  readonly halt: (mode: "fast" | "immediate") => Promise<void>;
  readonly kill: () => Promise<void>;
  readonly begin: () => Promise<void>;
}

/** Starts a server even if `TEST_DATABASE_URL` names one; undefined if none is installed. */
export async function startStoppablePostgresServer(
  maxConnections?: number,
): Promise<StoppablePostgresServer | undefined> {
  const binaries = findPostgresDirectory();
  return binaries === undefined ? undefined : startServer(binaries, true, maxConnections);
}

async function startServer(
  binaries: string,
  isDurable: boolean,
  maxConnections = 100,
): Promise<StoppablePostgresServer> {
  const directory = mkdtempSync(join(isDurable ? tmpdir() : findFastDirectory(), "flowline-postgres-"));
  const isRoot = process.getuid?.() === 0;
  if (isRoot) {
    const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
    chownSync(directory, id("-u"), id("-g"));
  }
  const command = (name: string, options: readonly string[]): [string, string[]] => {
    const program = join(binaries, name);
    return isRoot ? ["runuser", ["-u", "postgres", "--", program, ...options]] : [program, [...options]];
  };
  const data = join(directory, "data");
  const place = { cwd: directory, stdio: "pipe" } as const;
  const cluster = ["-D", data, "-U", "flowline", "-A", "trust", "-E", "UTF8", "--no-locale", "-N"];
  execFileSync(...command("initdb", cluster), place);
  const port = await findFreePort();
  const url = `postgres://flowline@127.0.0.1:${port}/postgres`;
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: directory,
    fsync: isDurable ? "on" : "off",
    max_connections: String(maxConnections),
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const spawnPostmaster = () =>
    spawn(...command("postgres", ["-D", data, "-p", String(port), ...options]), {
      cwd: directory,
      stdio: "ignore",
    });
  let server: ChildProcess;
  const begin = async () => {
    for (let attempt = 0; ; attempt += 1) {
      server = spawnPostmaster();
      // Retries: after a kill, PostgreSQL cannot start while old backends still use the shared memory.
      if (await waitForAnswer(url, server)) return;
      if (attempt > 50) throw new Error("PostgreSQL does not start");
      await wait(200);
    }
  };
  const end = async (act: () => void) => {
    const ended = once(server, "exit");
    act();
    await ended;
  };
  const halt = (mode: "fast" | "immediate") =>
    end(() => void execFileSync(...command("pg_ctl", ["-D", data, "-m", mode, "stop"]), place));
  const kill = () =>
    end(() =>
      process.kill(Number(readFileSync(join(data, "postmaster.pid"), "utf8").split("\n")[0]), "SIGKILL"),
    );
  await begin();
  const stop = async () => {
    await halt("immediate");
    rmSync(directory, { recursive: true, force: true });
  };
  return { url, halt, kill, begin, stop };
}

const MEMORY_DIRECTORY = "/dev/shm";
const NEEDED_BYTES = 2 * 1024 ** 3;

/** Memory, if there is room: on a disk, the files of a hundred databases take 8 % of the unit tests' CPU time. */
function findFastDirectory(): string {
  try {
    const { bavail, bsize } = statfsSync(MEMORY_DIRECTORY);
    return bavail * bsize >= NEEDED_BYTES && freemem() >= 2 * NEEDED_BYTES ? MEMORY_DIRECTORY : tmpdir();
  } catch {
    return tmpdir();
  }
}

export async function createTestDatabase(
  serverUrl: string,
): Promise<{ readonly url: string; readonly drop: () => Promise<void> }> {
  const name = `flowline_${randomBytes(6).toString("hex")}`;
  const run = async (statement: string) => {
    const client = new Client({ connectionString: serverUrl });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
  await run(`CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => run(`DROP DATABASE ${name} WITH (FORCE)`) };
}

export function isPostgresInstalled(): boolean {
  return findPostgresDirectory() !== undefined;
}

export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** Waits until the server at `url` accepts connections. Resolves to false if its process ends first. */
export async function waitForAnswer(url: string, server: ChildProcess): Promise<boolean> {
  for (let attempt = 0; server.exitCode === null; attempt += 1) {
    const client = new Client({ connectionString: url });
    // Ignores errors, because a server that is shutting down closes the connection that it has just accepted.
    client.on("error", () => undefined);
    try {
      await client.connect();
      await client.end();
      return true;
    } catch (error) {
      if (attempt > 100) throw error;
      await wait(100);
    }
  }
  return false;
}
