import { afterEach, expect, it, vi } from "vitest";
import type { Store } from "#server/store/store.ts";
import { startTestApp } from "#server/testing/test-app.ts";

afterEach(() => vi.useRealTimers());

it("readiness is refused within two seconds while the database is frozen, with one query for all probes", async () => {
  let thaw = () => {};
  const frozen = new Promise<void>((resolve) => {
    thaw = resolve;
  });
  const ping = vi.fn(() => frozen);
  const store = { ping, listen: async () => () => undefined } as unknown as Store;
  const app = await startTestApp(store, { env: { RUNTYPE_API_KEY: "key" } });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  for (const _ of [1, 2]) {
    const probe = app.call("GET", "/readyz");
    await vi.advanceTimersByTimeAsync(2000);
    expect(await probe).toMatchObject({ status: 503, json: { details: [{ code: "STORE_UNAVAILABLE" }] } });
  }
  expect(ping).toHaveBeenCalledTimes(1);
  expect((await app.call("GET", "/healthz")).status).toBe(200);
  thaw();
  await frozen;
  expect((await app.call("GET", "/readyz")).status).toBe(200);
});
