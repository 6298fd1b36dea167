import { spawn } from "node:child_process";
import { join } from "node:path";

/** @type {Set<number>} */
const running = new Set();

// Each command leads a process group of its own, so that a stage that hangs ends with all its processes. The terminal's
// Ctrl+C does not reach those groups.
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) {
  process.once(signal, () => {
    for (const group of running) signalGroup(group, "SIGTERM");
    process.exit(signal === "SIGINT" ? 130 : 143);
  });
}

/**
 * @typedef {object} CommandOptions
 * @property {string} cwd the folder whose node_modules/.bin is on the path
 * @property {(text: string) => void} [print] receives the output, which is otherwise shown at once
 * @property {number} [minutes] after which the command and all that it started are ended
 * @property {Record<string, string | undefined>} [env]
 */

/**
 * Runs a command without a shell and resolves with its exit code, which is never 0 for a command that had to be ended.
 * @param {readonly string[]} command
 * @param {CommandOptions} options
 * @returns {Promise<number>}
 */
export function runCommand(command, { cwd, print, minutes = 10, env = {} }) {
  const show = print ?? ((text) => void process.stdout.write(text));
  show(`$ ${command.join(" ")}\n`);
  const [file = "", ...args] = command;
  const output = print ? "pipe" : "inherit";
  const child = spawn(file, args, {
    cwd,
    detached: true,
    stdio: ["ignore", output, output],
    env: { ...process.env, ...env, PATH: `${join(cwd, "node_modules", ".bin")}:${process.env["PATH"]}` },
  });
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (/** @type {string} */ text) => print?.(text));

  const group = child.pid;
  if (group !== undefined) running.add(group);
  let isEnded = false;
  /** @type {NodeJS.Timeout[]} */
  const timers = [];
  timers.push(
    setTimeout(() => {
      isEnded = true;
      show(`Ended: “${command.join(" ")}” did not finish within ${minutes} minutes.\n`);
      signalGroup(group, "SIGTERM");
      timers.push(setTimeout(() => signalGroup(group, "SIGKILL"), 10_000));
    }, minutes * 60_000),
  );
  return new Promise((resolve) => {
    const finish = (/** @type {number} */ code) => {
      for (const timer of timers) clearTimeout(timer);
      if (group !== undefined) running.delete(group);
      resolve(isEnded && code === 0 ? 1 : code);
    };
    child.on("error", (error) => {
      show(`${file}: ${error.message}\n`);
      finish(1);
    });
    child.on("close", (code) => finish(code ?? 1));
  });
}

/**
 * @param {number | undefined} group
 * @param {NodeJS.Signals} signal
 */
function signalGroup(group, signal) {
  if (group === undefined) return;
  try {
    process.kill(-group, signal);
  } catch {
    // The group has ended already.
  }
}
