import {
  linkSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { StartupError } from "./startup-error.ts";

/** Who holds a lock. `started`, `boot` and `namespace` tell a process from a later one that got the same number. */
interface Owner {
  readonly pid: number;
  readonly started: string | undefined;
  readonly boot: string | undefined;
  readonly namespace: string | undefined;
}

export interface DirectoryLock {
  release(): void;
}

const HEARTBEAT_MS = 5000;
const SILENT_MS = 20_000;
const RELEASED: Owner = { pid: 0, started: undefined, boot: undefined, namespace: undefined };

/**
 * Takes the directory for this process, or throws a sentence that names the owner. Locks are numbered files
 * (`lock.1`, `lock.2`, …) and the highest one counts. A dead owner's lock is never removed and remade, which two
 * processes could do at once; its successor is created, which only one can. The highest file stays behind, marked as
 * released, so that a number is never used twice.
 */
export function lockDirectory(directory: string): DirectoryLock {
  const last = findHighest(directory);
  if (last > 0 && isAlive(directory, last)) throw lockedBy(directory, last);
  const mine = last + 1;
  const path = join(directory, `lock.${mine}`);
  const draft = join(directory, `.lock-${randomUUID()}`);
  writeFileSync(draft, JSON.stringify(describeProcess(process.pid)));
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw lockedBy(directory, mine);
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  const highest = findHighest(directory);
  if (highest !== mine) {
    rmSync(path, { force: true });
    throw lockedBy(directory, highest);
  }
  for (const number of lockNumbers(directory)) {
    if (number < mine) rmSync(join(directory, `lock.${number}`), { force: true });
  }
  const heartbeat = setInterval(() => touch(path), HEARTBEAT_MS);
  heartbeat.unref();
  return {
    release: () => {
      clearInterval(heartbeat);
      writeFileSync(path, JSON.stringify(RELEASED));
    },
  };
}

function lockNumbers(directory: string): readonly number[] {
  return readdirSync(directory).flatMap((name) => {
    const match = /^lock\.(\d+)$/.exec(name);
    return match ? [Number(match[1])] : [];
  });
}

function findHighest(directory: string): number {
  return Math.max(0, ...lockNumbers(directory));
}

function lockedBy(directory: string, number: number): StartupError {
  const { pid } = readOwner(join(directory, `lock.${number}`));
  return new StartupError(
    `The data directory ${directory} is in use by another Flowline server (process ${pid}); stop it, or set DATA_DIR to another directory.`,
  );
}

function isAlive(directory: string, number: number): boolean {
  const path = join(directory, `lock.${number}`);
  const owner = readOwner(path);
  if (owner.pid === 0) return false;
  const self = describeProcess(process.pid);
  // Another container's processes cannot be seen from here: its lock is alive as long as it is being touched.
  if (owner.namespace !== self.namespace) return isTouched(path);
  if (owner.boot !== self.boot) return false;
  if (!isRunning(owner.pid)) return false;
  return owner.started === undefined || owner.started === describeProcess(owner.pid).started;
}

function readOwner(path: string): Owner {
  try {
    return { ...RELEASED, ...(JSON.parse(readFileSync(path, "utf8")) as Partial<Owner>) };
  } catch {
    return RELEASED;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function isTouched(path: string): boolean {
  try {
    return Date.now() - statSync(path).mtimeMs < SILENT_MS;
  } catch {
    return false;
  }
}

function touch(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // The directory was removed under a running server; its next write says so better.
  }
}

/** The facts that Linux gives about a process; undefined elsewhere, where the number alone has to do. */
function describeProcess(pid: number): Owner {
  return {
    pid,
    // The 22nd field; the second, a name in brackets, may hold spaces.
    started: readText(() => readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[19]),
    boot: readText(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
    namespace: readText(() => readlinkSync("/proc/self/ns/pid")),
  };
}

function readText(read: () => string | undefined): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
