import { spawnSync } from "node:child_process";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { canRunTool } from "#server/testing/optional-tool.ts";
import { DiskSpaceReserve } from "./disk-space-reserve.ts";
import { DurableFilesystem } from "./durable-filesystem.ts";
import { EmbeddedPostgresClient, openPgliteInstance } from "./embedded-client.ts";
import { StoreFailure } from "./store-failure.ts";

const root = mkdtempSync(join(tmpdir(), "flowline-client-"));
const disk = join(root, "disk");
mkdirSync(disk);
const isMounted = canRunTool("the log on a full disk", [
  "mount",
  "-t",
  "tmpfs",
  "-o",
  "size=160m",
  "tmpfs",
  disk,
]);

/**
 * Accepts every write while `isLate`, as if other programs filled the disk after the check for free space.
 */
class LateRoom extends DiskSpaceReserve {
  isLate = false;
  override assertSpaceForWrite(): void {
    if (!this.isLate) super.assertSpaceForWrite();
  }
}

const state = { isHeld: true, segments: 0 };
const troubles: unknown[] = [];
let room: LateRoom;
let client: EmbeddedPostgresClient;
beforeAll(async () => {
  const { instance } = await openPgliteInstance(join(disk, "store"));
  await instance.close();
  room = new LateRoom(disk);
  client = await EmbeddedPostgresClient.open({
    place: join(disk, "store"),
    room,
    verify: () => {
      if (!state.isHeld) throw new StoreFailure("away", "taken over");
    },
    onSegment: () => (state.segments += 1),
    onTrouble: (error) => troubles.push(error),
  });
  await client.exec("CREATE TABLE notes (id int PRIMARY KEY, text text)");
});
afterAll(async () => {
  await client.close();
  if (isMounted) spawnSync("umount", [disk]);
  rmSync(root, { recursive: true, force: true });
});

function fillDisk(): () => void {
  const path = join(disk, "filling");
  const file = openSync(path, "w");
  const piece = Buffer.alloc(64 * 1024);
  try {
    for (;;) writeSync(file, piece);
  } catch {
    closeSync(file);
  }
  return () => rmSync(path);
}

const put = (text: string) =>
  client.query("INSERT INTO notes VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET text = $1", [text]);
const get = async () => (await client.query<{ text: string }>("SELECT text FROM notes")).rows[0]?.text;
const log = () =>
  client.exec("SELECT pg_logical_emit_message(false, 'test', repeat(md5(random()::text), 32768))");

it.skipIf(!isMounted)(
  "the embedded database frees the ballast file for its log, and fails without hanging once the ballast is used up",
  async () => {
    await put("first");
    const ballast = () => statSync(join(disk, "ballast")).size;
    expect(ballast()).toBe(32 * 1024 * 1024);
    const free = fillDisk();
    await expect(put("refused")).rejects.toMatchObject({ kind: "full" });
    room.isLate = true;
    const segments = state.segments;
    while (ballast() > 0) await log();
    expect(state.segments).toBeGreaterThan(segments);
    await put("second");
    const failure = await (async () => {
      for (;;) await log();
    })().catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: "full" });
    await expect(get()).rejects.toMatchObject({ kind: "full" });
    free();
    expect(await get()).toBe("second");
    room.isLate = false;
    await put("third");
    expect(ballast()).toBe(32 * 1024 * 1024);
    expect(troubles).toHaveLength(1);
  },
);

it("the embedded database recovers from a crash, and restores its LISTEN subscriptions", async () => {
  const heard: string[] = [];
  await client.listen("changes", (payload) => heard.push(payload));
  await put("before");
  state.isHeld = false;
  await expect(put("lost")).rejects.toMatchObject({ kind: "away" });
  await expect(client.transaction((tx) => tx.query("SELECT 1"))).rejects.toMatchObject({ kind: "away" });
  state.isHeld = true;
  expect(await get()).toBe("before");
  await client.exec("NOTIFY changes, 'again'");
  await expect.poll(() => heard).toEqual(["again"]);
});

it("the embedded database creates no file that other users can read or write", () => {
  for (const name of readdirSync(join(disk, "store"), { recursive: true, encoding: "utf8" })) {
    const path = join(disk, "store", name);
    expect([name, statSync(path).mode & 0o077]).toEqual([name, 0]);
  }
});

it("the embedded database changes no file while another server holds the lock", async () => {
  let isHeld = true;
  const verify = () => {
    if (!isHeld) throw new StoreFailure("away", "taken over");
  };
  const done: string[] = [];
  const operations = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, () => void done.push(name)]));
  const nodes = operations(["mknod", "rename", "setattr", "unlink", "rmdir"]);
  const streams = operations(["open", "close", "write", "setattr"]);
  const filesystem = new DurableFilesystem(root, { verify, release: () => false, onSegment: () => {} });
  const { emscriptenOpts } = await filesystem.init({} as never, {});
  emscriptenOpts.preRun?.at(-1)?.({
    NODEFS: { stream_ops: streams, node_ops: nodes, realPath: () => root },
  } as never);
  const changes = [...Object.values(nodes), streams["write"], streams["setattr"]];
  const change = (run: ((...given: unknown[]) => unknown) | undefined) => run?.({}, "x", {});
  for (const run of changes) change(run);
  expect(done).toHaveLength(changes.length);
  isHeld = false;
  for (const run of changes) expect(() => change(run)).toThrow("taken over");
  expect(done).toHaveLength(changes.length);
});
