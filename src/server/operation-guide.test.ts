import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createFakeFlowRunner } from "#server/testing/plain-runner.ts";
import { startTestApp } from "#server/testing/test-app.ts";
import { readBackupCommand } from "./config/read-backup-command.ts";
import { ENVIRONMENT_SETTINGS, SETTING_PREFIX } from "./config/settings.ts";
import { CONNECTION_LIMITS } from "./http-server.ts";
import type { Store } from "./store/store.ts";
import { observeFlowRuns, observeRunMemory } from "./runs/observe-runs.ts";
import { QueueMonitor } from "./telemetry/queue-monitor.ts";
import { ServerMetrics } from "./telemetry/server-metrics.ts";

const ROOT = join(import.meta.dirname, "../..");
const readDeployFile = (name: string) => readFile(join(ROOT, ".github", name), "utf8");
const guide = await readDeployFile("OPERATING.md");
const dockerfile = await readDeployFile("Dockerfile");
const service = await readDeployFile("deploy/flowline.service");

it("the guide and the files for deployment name only settings that exist", () => {
  const known = new Set(ENVIRONMENT_SETTINGS.map(({ name }) => SETTING_PREFIX + name));
  const named = [...`${guide}${dockerfile}${service}`.matchAll(/\bFLOWLINE_[A-Z_]+/g)].map(([name]) => name);
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});

it("the schedule of the guide replaces a backup only by a complete one", () => {
  const [, option = "", file = ""] = /^(?:\S+ ){5}.*main\.js backup (\S+) (\S.*)$/m.exec(guide) ?? [];
  expect(readBackupCommand(["backup", option, file])).toMatchObject({ file, replace: true });
  expect(file).not.toContain(">");
});

it("the examples of proxies close idle connections before the server does", async () => {
  const proxies = `${await readDeployFile("deploy/nginx.conf")}${await readDeployFile("deploy/Caddyfile")}`;
  const limits = [...proxies.matchAll(/^ *keepalive(?:_timeout)? (\d+)s;?$/gm)].map(([, seconds]) =>
    Number(seconds),
  );
  expect(limits).toHaveLength(2);
  for (const seconds of limits) expect(seconds * 1000).toBeLessThan(CONNECTION_LIMITS.keepAliveMs);
});

it("the alerts read only metrics that the server has", async () => {
  const metrics = new ServerMetrics();
  const usage = { idle: 0, busy: 0, waiting: 0 };
  observeFlowRuns(
    { ...createFakeFlowRunner(), getThreadUsage: () => usage },
    { metrics, hasErrorTexts: false },
  );
  observeRunMemory({ usage: { used: 0, limit: 0, starting: 0, growing: 0 } }, metrics);
  const store = { getPoolUsage: () => usage, listen: async () => () => undefined } as unknown as Store;
  const logger = { warn: () => undefined, info: () => undefined };
  const queue = new QueueMonitor({ store, now: Date.now, monotonic: () => 0, logger });
  const app = await startTestApp(store, { queue, metrics, env: { RUNTYPE_API_KEY: "key" } });
  const { text } = await app.call("GET", "/metrics");
  const known = new Set([...text.matchAll(/^# HELP (\w+)/gm)].map(([, name]) => name));
  const alerts = await readDeployFile("deploy/alerts.yml");
  const named = [...`${guide}${alerts}`.matchAll(/\b(?:flowline|nodejs|process)_[a-z0-9]+_\w+/g)].map(
    ([name]) => name,
  );
  expect(named.length).toBeGreaterThan(8);
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});

it("the container file copies files and runs scripts that exist", async () => {
  const { scripts } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const copied = /^COPY ((?:[\w.-]+ )+)\.\/$/m.exec(dockerfile)?.[1]?.trim().split(" ") ?? [];
  expect(copied).toContain("package-lock.json");
  expect(copied.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  const run = [...`${guide}${dockerfile}`.matchAll(/npm run ([\w:-]+)/g)].map(([, name = ""]) => name);
  expect(run).toContain("build");
  expect(run.filter((name) => scripts[name] === undefined)).toEqual([]);
});
