import {
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { randomUUID } from "node:crypto";
import { type Server, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import {
  type LockHolder,
  NO_LOCK_HOLDER,
  identifyProcess,
  findLockHolderState,
  getFileIdentifierOnHost,
  readLockHolder,
} from "./lock-holder.ts";
import { StartupError } from "#server/domain/startup-error.ts";
import { StoreFailure } from "./store-failure.ts";

export interface DirectoryLock {
  /** Throws if another process has the directory. Call this before a write or an acknowledgment. */
  verify(): void;
  release(): void;
}

export interface DirectoryLockOptions {
  /** Called at most once, when the heartbeat finds that another process has taken over the directory. */
  readonly onLost?: (error: Error) => void;
  readonly onWait?: (milliseconds: number) => void;
  readonly silentMs?: number;
}

const HEARTBEAT_MS = 2000;
const SILENT_MS = 20_000;
/** Before the first write, so that a paused former holder finds its lock file removed. */
const TAKEOVER_MS = 1000;
const MAX_SOCKET_PATH = 100;
/** Errors of `link` on file systems without hard links, such as exFAT, SMB and some of FUSE. */
const NO_HARD_LINKS = new Set(["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP"]);

/** `link` lets one process create the next number; the highest is valid. Throws if there is a holder. */
export async function lockDirectory(
  directory: string,
  options: DirectoryLockOptions = {},
): Promise<DirectoryLock> {
  const { onLost, onWait, silentMs = SILENT_MS } = options;
  const last = findHighest(directory);
  const lastPath = join(directory, `lock.${last}`);
  const state = last > 0 ? await findLockHolderState(lastPath, directory, { silentMs, onWait }) : "none";
  if (state === "alive") throw lockedBy(directory, last);
  const path = join(directory, `lock.${last + 1}`);
  const socket = await openSocket(directory);
  try {
    createLock(directory, last + 1, { ...identifyProcess(process.pid), ...socket?.about });
  } catch (error) {
    socket?.server.close();
    throw error;
  }
  removeFormer(directory, last + 1, socket?.about.socket);
  if (state === "silent") await wait(TAKEOVER_MS);
  return holdLock(path, socket?.server, onLost);
}

function createLock(directory: string, mine: number, holder: LockHolder): void {
  const path = join(directory, `lock.${mine}`);
  const temporaryPath = join(directory, `.lock-${randomUUID()}`);
  writeFileSync(temporaryPath, JSON.stringify(holder), { mode: 0o600 });
  try {
    linkSync(temporaryPath, path);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") throw lockedBy(directory, mine);
    if (!NO_HARD_LINKS.has(code)) throw error;
    throw new StartupError(
      `The data directory ${directory} is on a file system without hard links (${code}), which its lock needs; set FLOWLINE_DATA_DIR to a directory on another file system.`,
      { cause: error },
    );
  } finally {
    rmSync(temporaryPath, { force: true });
  }
  const highest = findHighest(directory);
  if (highest === mine) return;
  rmSync(path, { force: true });
  throw lockedBy(directory, highest);
}

function holdLock(
  path: string,
  socket: Server | undefined,
  onLost: ((error: Error) => void) | undefined,
): DirectoryLock {
  let lastBeat = performance.now();
  const verify = () => {
    try {
      // Uses `open`, which asks the server of a network file system, whereas `stat` may be answered from a cache.
      closeSync(openSync(path, "r"));
    } catch (cause) {
      const text = `The lock ${path} is gone: another Flowline server has taken the data directory over, or it was removed.`;
      throw new StoreFailure("away", text, { cause });
    }
    // A long query blocks the event loop and thereby the heartbeat's timer.
    if (performance.now() - lastBeat < HEARTBEAT_MS) return;
    lastBeat = performance.now();
    touch(path);
  };
  const heartbeat = setInterval(() => {
    try {
      verify();
    } catch (error) {
      clearInterval(heartbeat);
      onLost?.(error as Error);
    }
  }, HEARTBEAT_MS / 2);
  heartbeat.unref();
  return {
    verify,
    release: () => {
      clearInterval(heartbeat);
      socket?.close();
      overwrite(path, JSON.stringify(NO_LOCK_HOLDER));
    },
  };
}

/** Proves to other processes that the holder is alive; undefined if sockets are not supported. */
async function openSocket(directory: string) {
  const socket = `socket-${randomUUID().slice(0, 8)}`;
  const path = join(directory, socket);
  if (path.length > MAX_SOCKET_PATH || process.platform === "win32") return undefined;
  const server = createServer((connection) => void connection.destroy());
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(path, resolve);
    });
  } catch {
    return undefined;
  }
  server.on("error", () => undefined);
  server.unref();
  chmodSync(path, 0o600);
  return { server, about: { socket, socketFile: getFileIdentifierOnHost(path) } };
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

function removeFormer(directory: string, mine: number, socket: string | undefined): void {
  const locks = lockNumbers(directory).filter((number) => number < mine);
  const sockets = readdirSync(directory).filter(
    (name) => /^socket-[\da-f]{8}$/.test(name) && name !== socket,
  );
  for (const name of [...locks.map((number) => `lock.${number}`), ...sockets])
    rmSync(join(directory, name), { force: true });
}

function lockedBy(directory: string, number: number): StartupError {
  const { pid } = readLockHolder(join(directory, `lock.${number}`));
  return new StartupError(
    `The data directory ${directory} is in use by another Flowline server (process ${pid}); stop it, or set FLOWLINE_DATA_DIR to another directory.`,
  );
}

/** Overwrites an existing file only, because a successor may have removed the file and must not find it again. */
function overwrite(path: string, text: string): void {
  try {
    const file = openSync(path, "r+");
    try {
      writeSync(file, text.padEnd(statSync(path).size));
    } finally {
      closeSync(file);
    }
  } catch {
    // Without the directory, or with another holder, there is no lock to release.
  }
}

/** Sets the modification time by the file system's clock: the clocks of two hosts may differ. */
function touch(path: string): void {
  try {
    const file = openSync(path, "r+");
    try {
      writeSync(file, "{", 0);
    } finally {
      closeSync(file);
    }
  } catch {
    // A full copy-on-write file system refuses the write. Other errors are reported by the next write.
    const now = new Date();
    if (existsSync(path)) utimesSync(path, now, now);
  }
}
