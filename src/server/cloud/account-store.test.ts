import { pino } from "pino";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { StartupError } from "#server/domain/startup-error.ts";
import type { Store } from "#server/store/store.ts";
import { AccountStore, type AccountStoreOptions } from "./account-store.ts";

const close = vi.fn(async () => undefined);
const store = { kind: "embedded" as const, close } as unknown as Store;
const readKind = async ({ kind }: Store) => kind;

const createAccountStore = (options: Partial<AccountStoreOptions>) =>
  new AccountStore({
    account: { url: "http://127.0.0.1:9", key: "key" },
    open: async () => store,
    exists: () => true,
    findObstacle: () => undefined,
    logger: pino({ level: "silent" }),
    ...options,
  });

beforeEach(() => {
  close.mockClear();
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("reads do not wait for a store that opens slowly, and use it once it is open", async () => {
  const open = vi.fn(() => new Promise<Store>((resolve) => void setTimeout(() => resolve(store), 15_000)));
  const accountStore = createAccountStore({ open });
  const read = expect(accountStore.read(readKind, "embedded")).rejects.toMatchObject({ status: 409 });
  const problem = accountStore.findProblem();
  await vi.advanceTimersByTimeAsync(10_000);
  await read;
  expect(await problem).toMatch(/still being opened/);
  await vi.advanceTimersByTimeAsync(5000);
  expect(await accountStore.findProblem()).toBeUndefined();
  expect(await accountStore.read(readKind, "postgres")).toBe("embedded");
  expect(open).toHaveBeenCalledOnce();
});

it("reads do not wait for a store that is being created", async () => {
  const open = () => new Promise<Store>((resolve) => void setTimeout(() => resolve(store), 5000));
  const accountStore = createAccountStore({ open, exists: () => false });
  const opening = accountStore.open();
  expect(await accountStore.findStore()).toBeUndefined();
  expect(await accountStore.read(readKind, "postgres")).toBe("postgres");
  await vi.advanceTimersByTimeAsync(5000);
  expect(await opening).toBe(store);
  expect(await accountStore.read(readKind, "postgres")).toBe("embedded");
});

it("a store that could not be opened is tried again after 30 s, while reads hardly wait", async () => {
  const open = vi.fn(() => new Promise<Store>((resolve) => void setTimeout(() => resolve(store), 5000)));
  open.mockRejectedValueOnce(new StartupError("The database cannot be used."));
  const logger = pino({ level: "silent" });
  const warn = vi.spyOn(logger, "warn");
  const accountStore = createAccountStore({ open, logger });
  for (const ms of [0, 29_999, 0]) {
    await vi.advanceTimersByTimeAsync(ms);
    expect(await accountStore.findProblem()).toBe("The database cannot be used.");
  }
  expect(open).toHaveBeenCalledOnce();
  await vi.advanceTimersByTimeAsync(1);
  const problem = accountStore.findProblem();
  await vi.advanceTimersByTimeAsync(1000);
  expect(await problem).toBe("The database cannot be used.");
  await vi.advanceTimersByTimeAsync(4000);
  expect(await accountStore.findStore()).toBe(store);
  expect(open).toHaveBeenCalledTimes(2);
  expect(warn).toHaveBeenCalledOnce();
  await accountStore.close();
  expect(close).toHaveBeenCalledOnce();
});

it("a store that could not be created is tried again for a change, and not for a read", async () => {
  const open = vi.fn(async () => store);
  open.mockRejectedValueOnce(new StartupError("The disk is full."));
  const accountStore = createAccountStore({ open, exists: () => false });
  await expect(accountStore.open()).rejects.toMatchObject({ status: 409, message: "The disk is full." });
  expect(await accountStore.findProblem()).toBe("The disk is full.");
  await vi.advanceTimersByTimeAsync(30_000);
  expect(await accountStore.findProblem()).toBeUndefined();
  expect(open).toHaveBeenCalledOnce();
  expect(await accountStore.open()).toBe(store);
});

it("a store that another server has taken over is not used any more", async () => {
  let lose: (error: Error) => void = () => undefined;
  const accountStore = createAccountStore({
    open: async (onLost) => {
      lose = onLost;
      return store;
    },
  });
  expect(await accountStore.findStore()).toBe(store);
  lose(new StartupError("Another server uses the directory."));
  expect(await accountStore.findProblem()).toBe("Another server uses the directory.");
  expect(await accountStore.findStore()).toBeUndefined();
  await expect(accountStore.open()).rejects.toMatchObject({ status: 409 });
  await accountStore.close();
  expect(close).not.toHaveBeenCalled();
});

it("accounts differ by the address of the API and by the key", () => {
  const nameOf = (url: string, key: string) => createAccountStore({ account: { url, key } }).organizationId;
  const names = [nameOf("http://a", "one"), nameOf("http://b", "one"), nameOf("http://a", "two")];
  expect(new Set(names).size).toBe(3);
  expect(nameOf("http://a", "one")).toBe(names[0]);
  expect(names.join()).not.toMatch(/one|two/);
});
