import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs, {
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openDataDirectory } from "./data-directory.ts";
import { lockDirectory } from "./directory-lock.ts";
import { identifyProcess } from "./lock-holder.ts";
import { StartupError } from "#server/domain/startup-error.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "flowline-lock-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it("the directory lock admits one process, and the next after its release", async () => {
  const lock = await lockDirectory(directory);
  await expect(lockDirectory(directory)).rejects.toThrow(StartupError);
  await expect(lockDirectory(directory)).rejects.toThrow(`process ${process.pid}`);
  lock.release();
  (await lockDirectory(directory)).release();
});

it("the directory lock is taken over from a process that was killed", async () => {
  writeLock(7, { pid: spawnSync("true").pid });
  (await lockDirectory(directory)).release();
  expect(readdirSync(directory)).toEqual(["lock.8"]);
});

it(
  "the directory lock is taken over at once from a killed process that its parent has not reaped",
  { timeout: 20_000 },
  async () => {
    // `exec` replaces the shell with a parent that never reaps the child, so the child becomes a zombie.
    const parent = spawn("sh", ["-c", "sleep 600 & echo $!; exec sleep 60"]);
    const [text] = (await once(parent.stdout, "data")) as [Buffer];
    const pid = Number(String(text));
    const stat = () => readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    const started = stat()[19];
    writeLock(1, { pid, started });
    await expect(lockDirectory(directory)).rejects.toThrow(`process ${pid}`);
    // A shell would still reap the child.
    await expect.poll(() => readFileSync(`/proc/${parent.pid}/comm`, "utf8")).toBe("sleep\n");
    process.kill(pid, "SIGKILL");
    await expect.poll(() => stat()[0]).toBe("Z");
    (await lockDirectory(directory)).release();
    parent.kill();
  },
);

it("the directory lock detects a later process that reuses the process id", async () => {
  writeLock(1, { started: "1" });
  (await lockDirectory(directory)).release();
});

it("the directory lock is not taken over from a running process", async () => {
  const other = spawn("sleep", ["60"]);
  writeLock(1, { pid: other.pid, started: undefined });
  await expect(lockDirectory(directory)).rejects.toThrow(`process ${other.pid}`);
  other.kill();
});

it("the directory lock admits only one of many concurrent takeovers", async () => {
  writeFileSync(join(directory, "lock.1"), "not a lock");
  const attempts = await Promise.allSettled(Array.from({ length: 10 }, () => lockDirectory(directory)));
  const locks = attempts.flatMap((attempt) => (attempt.status === "fulfilled" ? [attempt.value] : []));
  expect(locks).toHaveLength(1);
  for (const lock of locks) lock.release();
  expect(readdirSync(directory)).toHaveLength(1);
});

it("the directory lock reports why a directory cannot be used", async () => {
  const file = join(directory, "file");
  writeFileSync(file, "");
  await expect(openDataDirectory(join(file, "data"))).rejects.toThrow(
    /cannot be written \((?:ENOTDIR|EEXIST)\)/,
  );
});

it("the directory lock reports a file system without hard links", async () => {
  const link = vi.spyOn(fs, "linkSync").mockImplementation(() => {
    throw Object.assign(new Error("operation not permitted"), { code: "EPERM" });
  });
  syncBuiltinESMExports();
  try {
    await expect(openDataDirectory(directory)).rejects.toThrow(/without hard links \(EPERM\)/);
    expect(readdirSync(directory).filter((name) => name.includes("lock"))).toEqual([]);
  } finally {
    link.mockRestore();
    syncBuiltinESMExports();
  }
});

describe("a lock holder in another container or on another host", () => {
  const elsewhere = { boot: "another boot", namespace: "pid:[1]", started: "1" };

  it("keeps the lock while it answers on its socket, even after a long pause", async () => {
    const socket = createServer().listen(join(directory, "socket-00000000"));
    await once(socket, "listening");
    writeLock(1, { ...elsewhere, socket: "socket-00000000" });
    await expect(lockDirectory(directory, { silentMs: 0 })).rejects.toThrow(StartupError);
    socket.close();
  });

  it(
    "loses the lock at once if its socket refuses connections on the same kernel",
    { timeout: 120_000 },
    async () => {
      const holder = spawn(process.execPath, [
        "-e",
        "require('net').createServer().listen(process.argv[1], () => console.log('listening'))",
        join(directory, "socket-00000000"),
      ]);
      await once(holder.stdout, "data");
      const { dev, ino } = statSync(join(directory, "socket-00000000"), { bigint: true });
      writeLock(1, { namespace: "pid:[1]", socket: "socket-00000000", socketFile: `${dev}:${ino}` });
      await expect(lockDirectory(directory)).rejects.toThrow(StartupError);
      holder.kill("SIGKILL");
      await once(holder, "exit");
      // Shows that this takeover does not wait for `silentMs`, which is longer than the time limit of the
      // test.
      (await lockDirectory(directory, { silentMs: 600_000 })).release();
    },
  );

  it("keeps the lock while it touches the lock file, whatever its clock says", async () => {
    writeLock(1, elsewhere);
    const path = join(directory, "lock.1");
    const anHourAgo = new Date(Date.now() - 3_600_000);
    utimesSync(path, anHourAgo, anHourAgo);
    const beat = setInterval(() => writeFileSync(path, readFileSync(path)), 20);
    utimesSync(path, new Date(Date.now() + 3_600_000), new Date(Date.now() + 3_600_000));
    const waits: number[] = [];
    const attempt = lockDirectory(directory, { silentMs: 5000, onWait: (ms) => waits.push(ms) });
    await expect(attempt).rejects.toThrow(StartupError);
    expect(waits).toEqual([5000]);
    clearInterval(beat);
  });

  it("loses the lock after a silent period, and is notified when it wakes up", async () => {
    const lost: Error[] = [];
    const paused = await lockDirectory(directory, { onLost: (error) => lost.push(error) });
    paused.verify();
    // Simulates how a second host sees the lock: the lock was made in another boot, and its socket is unreachable.
    const [name = ""] = readdirSync(directory).filter((each) => each.startsWith("lock."));
    for (const each of readdirSync(directory)) if (each.startsWith("socket-")) rmSync(join(directory, each));
    writeFileSync(join(directory, name), JSON.stringify({ pid: process.pid, ...elsewhere }));
    const next = await lockDirectory(directory, { silentMs: 300 });
    expect(() => paused.verify()).toThrow(/taken the data directory over/);
    await expect.poll(() => lost.length, { timeout: 10_000 }).toBe(1);
    paused.release();
    next.verify();
    expect(JSON.parse(readFileSync(join(directory, "lock.2"), "utf8"))).toMatchObject({ pid: process.pid });
    next.release();
  });
});

function writeLock(number: number, holder: object): void {
  writeFileSync(
    join(directory, `lock.${number}`),
    JSON.stringify({ ...identifyProcess(process.pid), ...holder }),
  );
}
