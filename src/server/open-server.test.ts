import { expect, it, vi } from "vitest";
import { readServerConfig } from "./config/config.ts";
import { openServer } from "./open-server.ts";
import { StartProgress } from "./start-progress.ts";
import type { Store } from "./store/store.ts";

it("a server in cloud mode closes a store whose events it cannot receive", async () => {
  const listen = () => Promise.reject(new Error("The connection was refused."));
  const close = vi.fn(async () => undefined);
  const config = readServerConfig({
    FLOWLINE_RUNTYPE_API_KEY: "key",
    FLOWLINE_DATABASE_URL: "postgres://127.0.0.1:9/flowline",
    FLOWLINE_LOG_LEVEL: "silent",
  });
  const server = await openServer(config, {
    port: () => 4400,
    clientDirectory: undefined,
    progress: new StartProgress(() => 0),
    onLost: () => undefined,
    openStoreOf: async () => ({ listen, close }) as unknown as Store,
  });
  const response = await server.app.request("http://localhost:4400/local/capabilities");
  expect(await response.json()).toHaveProperty("storeProblem");
  expect(close).toHaveBeenCalledOnce();
  await server.close();
});
