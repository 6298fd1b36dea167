import { readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { connect } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

/** `started` distinguishes a reused pid, which means something only with the same `boot` and `namespace`. */
export interface LockHolder {
  readonly pid: number;
  readonly started?: string | undefined;
  readonly boot?: string | undefined;
  readonly namespace?: string | undefined;
  readonly socket?: string | undefined;
  readonly socketFile?: string | undefined;
}

/** `silent`: cannot be inspected from here, and without a heartbeat for `silentMs`. */
export type LockHolderState = "none" | "alive" | "silent";

export interface LockHeartbeatTimeout {
  readonly silentMs: number;
  readonly onWait?: ((milliseconds: number) => void) | undefined;
}

export const NO_LOCK_HOLDER: LockHolder = { pid: 0 };

const LOOK_MS = 200;

export async function findLockHolderState(
  path: string,
  directory: string,
  timeout: LockHeartbeatTimeout,
): Promise<LockHolderState> {
  const holder = readLockHolder(path);
  if (holder.pid === 0) return "none";
  const self = identifyProcess(process.pid);
  const isSameBoot = holder.boot === self.boot;
  if (holder.socket !== undefined) {
    const file = join(directory, holder.socket);
    const answer = await connectToHolder(file);
    if (answer === "open") return "alive";
    // The holder has ended if the same kernel refuses a connection to the same socket file.
    if (answer === "refused" && isSameBoot && holder.socketFile === getFileIdentifierOnHost(file))
      return "none";
  }
  if (isSameBoot && holder.namespace === self.namespace) return isRunning(holder) ? "alive" : "none";
  return watchHeartbeat(path, directory, timeout);
}

export function readLockHolder(path: string): LockHolder {
  try {
    return { ...NO_LOCK_HOLDER, ...(JSON.parse(readFileSync(path, "utf8")) as Partial<LockHolder>) };
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === "ENOENT")
      return NO_LOCK_HOLDER;
    throw error;
  }
}

/** By start time, boot and pid namespace; on other systems than Linux, by host name and pid. */
export function identifyProcess(pid: number): LockHolder {
  return {
    pid,
    started: readStat(pid)[19],
    boot: readText(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()) ?? hostname(),
    namespace: readText(() => readlinkSync("/proc/self/ns/pid")),
  };
}

/** Returns an identifier that is the same in every container of a host, unlike the file's path. */
export function getFileIdentifierOnHost(path: string): string | undefined {
  return readText(() => {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  });
}

/** The kernel accepts connections while the holder exists, even in another container or paused. */
function connectToHolder(path: string): Promise<"open" | "refused" | "unknown"> {
  return new Promise((resolve) => {
    const connection = connect(path);
    const end = (answer: "open" | "refused" | "unknown") => {
      connection.destroy();
      resolve(answer);
    };
    connection.once("connect", () => end("open"));
    connection.once("error", ({ code }: NodeJS.ErrnoException) => {
      // Treats EAGAIN, which means a full connection queue, as alive: a paused holder accepts no connections.
      if (code === "EAGAIN" || code === "EACCES") end("open");
      else end(code === "ECONNREFUSED" ? "refused" : "unknown");
    });
  });
}

/** Compares only times of the directory's file system: the clocks of two hosts may differ. */
async function watchHeartbeat(
  path: string,
  directory: string,
  { silentMs, onWait }: LockHeartbeatTimeout,
): Promise<LockHolderState> {
  const begun = performance.now();
  const beat = readBeat(path);
  const left = silentMs - Math.max(0, readTimeOf(directory) - beat);
  if (left > 0) onWait?.(left);
  while (performance.now() - begun < left) {
    await wait(LOOK_MS);
    if (readLockHolder(path).pid === 0) return "none";
    if (readBeat(path) !== beat) return "alive";
  }
  return "silent";
}

function readBeat(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function readTimeOf(directory: string): number {
  const probe = join(directory, `.lock-${randomUUID()}`);
  writeFileSync(probe, "", { mode: 0o600 });
  try {
    return statSync(probe).mtimeMs;
  } finally {
    rmSync(probe, { force: true });
  }
}

/** A zombie (state Z or X) has ended, but keeps its pid until its parent reaps it. */
function isRunning({ pid, started }: LockHolder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  const [state] = readStat(pid);
  if (state === "Z" || state === "X") return false;
  return started === undefined || started === identifyProcess(pid).started;
}

/** The fields of /proc/<pid>/stat from the third on; the second may contain spaces. */
function readStat(pid: number): readonly string[] {
  const text = readText(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  return text?.split(") ").at(-1)?.split(" ") ?? [];
}

function readText(read: () => string | undefined): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
