import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { copyTemplateStoreToDataDirectory } from "./data-template.ts";

/** The test build, which can inject faults, and the production build. */
export type ServerBuildName = "server-test" | "server";

export interface RunningServer {
  readonly url: string;
  readonly pid: number;
  readonly output: () => string;
  /** Stops the server gracefully and keeps its data. */
  readonly stop: () => Promise<void>;
  /** Kills the server and keeps its data. */
  readonly kill: () => Promise<void>;
  /** Stops the server and deletes its data. */
  readonly discard: () => Promise<void>;
}

export interface StartServerOptions {
  readonly build?: ServerBuildName;
  /** Defaults to a new directory. */
  readonly dataDirectory?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the built server on a free port. Of this process's environment, the server gets only PATH. */
export async function startBuiltServer({
  build = "server-test",
  dataDirectory: givenDirectory,
  env = {},
}: StartServerOptions = {}): Promise<RunningServer> {
  const program = join("dist", build, "main.js");
  if (!existsSync(program)) throw new Error(`${program} is missing: npm run build && npm run build:test`);
  const dataDirectory = givenDirectory ?? (await mkdtemp(join(tmpdir(), "flowline-")));
  await copyTemplateStoreToDataDirectory(dataDirectory);
  // Without the second compilation of the embedded store, which costs more than the few requests of a test gain by it.
  const nodeOptions = build === "server-test" ? ["--liftoff-only"] : [];
  const child = spawn(process.execPath, [...nodeOptions, program], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"],
      PORT: "0",
      DATA_DIR: dataDirectory,
      SEED: "0",
      LOG_LEVEL: "warn",
      ...(build === "server-test" && { FAULTS: "1" }),
      ...env,
    },
  });
  let output = "";
  const exited = once(child, "exit");
  const url = await new Promise<string>((resolve, reject) => {
    const read = (text: Buffer) => {
      output += text.toString();
      const [, port] = /ready on http:\/\/\S+?:(\d+)/.exec(output) ?? [];
      if (port !== undefined) resolve(`http://localhost:${port}`);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    void exited.then(([code]) => reject(new Error(`The server ended with ${code}:\n${output}`)));
  });
  const stop = () => endProcess(child, exited);
  return {
    url,
    pid: child.pid ?? -1,
    output: () => output,
    stop,
    kill: async () => {
      child.kill("SIGKILL");
      await exited;
    },
    discard: async () => {
      await stop();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

async function endProcess(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  const impatience = setTimeout(() => child.kill("SIGKILL"), 8_000);
  await exited;
  clearTimeout(impatience);
}
