import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";

export interface ServerProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** Ends the process; resolves with the exit code, or undefined if a signal killed it. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<number | undefined>;
}

interface ServerRun {
  readonly env: Readonly<Record<string, string>>;
  readonly through?: readonly string[];
}

export async function startServerProcess(
  main: string,
  { env, through = [] }: ServerRun,
): Promise<ServerProcess> {
  const { child, output } = spawnServer(main, {
    env: { PORT: "0", SEED: "0", LOG_LEVEL: "warn", ...env },
    through,
  });
  const ended = once(child, "exit");
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on("data", () => {
      const ready = /ready on (\S+)/.exec(output());
      if (ready?.[1] !== undefined) resolve(ready[1]);
    });
    child.once("exit", (code) => reject(new Error(`the server ended (${code}): ${output()}`)));
  });
  return {
    url,
    child,
    end: async (signal) => {
      if (child.exitCode === null)
        process.kill(through.length > 0 ? childOf(child.pid) : Number(child.pid), signal);
      await ended;
      return child.exitCode ?? undefined;
    },
  };
}

/** Finds the server process under strace. Signals are sent to this process, because strace does not forward them. */
function childOf(pid: number | undefined): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")[0]);
}

export async function runServerUntilExit(
  main: string,
  env: Readonly<Record<string, string>>,
  through: readonly string[] = [],
) {
  const { child, output } = spawnServer(main, { env: { PORT: "0", ...env }, through });
  const [code] = (await once(child, "exit")) as [number | null];
  return { code, stderr: output("stderr") };
}

function spawnServer(main: string, { env, through = [] }: ServerRun) {
  const [program, ...options] = [...through, process.execPath, "--liftoff-only", main];
  const child = spawn(program ?? process.execPath, options, {
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      texts[name] += text;
    });
  }
  return { child, output: (name?: "stderr") => (name ? texts[name] : texts.stdout + texts.stderr) };
}
