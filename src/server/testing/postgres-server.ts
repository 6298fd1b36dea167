import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Client } from "pg";

const BINARIES = "/usr/lib/postgresql";

export interface PostgresServer {
  readonly url: string;
  /** Ends it, and removes what it had; nothing where it was not started here. */
  readonly stop: () => Promise<void>;
}

/**
 * The PostgreSQL that `TEST_DATABASE_URL` names, or the newest installed one, started in a directory of its own; undefined
 * where there is neither. The server refuses to run as root, so then it runs as `postgres`. Without `isDurable` it syncs
 * nothing, which is for those who measure nothing.
 */
export async function openPostgresServer({
  isDurable,
}: {
  readonly isDurable: boolean;
}): Promise<PostgresServer | undefined> {
  const given = process.env["TEST_DATABASE_URL"];
  if (given !== undefined && given !== "") return { url: given, stop: async () => undefined };
  const binaries = findBinaries();
  return binaries === undefined ? undefined : startServer(binaries, isDurable);
}

async function startServer(binaries: string, isDurable: boolean): Promise<PostgresServer> {
  const directory = mkdtempSync(join(tmpdir(), "flowline-postgres-"));
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
  execFileSync(
    ...command("initdb", ["-D", data, "-U", "flowline", "-A", "trust", "-E", "UTF8", "--no-locale", "-N"]),
    {
      cwd: directory,
      stdio: "pipe",
    },
  );
  const port = await findFreePort();
  const settings = ["-c", "listen_addresses=127.0.0.1", "-c", `unix_socket_directories=${directory}`];
  const [program, options] = command("postgres", [
    "-D",
    data,
    "-p",
    String(port),
    ...settings,
    "-c",
    `fsync=${isDurable ? "on" : "off"}`,
  ]);
  const server = spawn(program, options, { cwd: directory, stdio: "ignore" });
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  const url = `postgres://flowline@127.0.0.1:${port}/postgres`;
  await waitForAnswer(url);
  const stop = async () => {
    execFileSync(...command("pg_ctl", ["-D", data, "-m", "immediate", "stop"]), {
      cwd: directory,
      stdio: "pipe",
    });
    await ended;
    rmSync(directory, { recursive: true, force: true });
  };
  return { url, stop };
}

/** A new database on the server, and what removes it. */
export async function createDatabase(
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

function findBinaries(): string | undefined {
  if (!existsSync(BINARIES)) return undefined;
  return readdirSync(BINARIES)
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => join(BINARIES, version, "bin"))
    .find((path) => existsSync(join(path, "postgres")));
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

async function waitForAnswer(url: string): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const client = new Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (attempt > 100) throw error;
      await wait(100);
    }
  }
}
