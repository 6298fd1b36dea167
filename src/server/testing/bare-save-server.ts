import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { TYPESCRIPT_ARGUMENTS } from "#server/threads/typescript-arguments.ts";

interface BareSaveServer {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/**
 * Starts the bare server that saves are compared with, as a process of its own: node:http, the store's driver and its
 * sync. A save is one UPDATE of the steps, which commits: no checks, no index, no version, no events.
 * `place` is the directory of a new embedded store, or the URL of an empty database.
 */
export async function startBareSaveServer(place: string): Promise<BareSaveServer> {
  const program = fileURLToPath(new URL("./bare-save-program.ts", import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [...TYPESCRIPT_ARGUMENTS, program, place], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on("data", (text: Buffer) => {
      const ready = /ready on (\S+)/.exec(text.toString());
      if (ready?.[1] !== undefined) resolve(ready[1]);
    });
    void exited.then(([code]) => reject(new Error(`The bare server ended with ${code}.`)));
  });
  return {
    url,
    stop: async () => {
      child.kill("SIGTERM");
      await exited;
    },
  };
}
