import { describe, expect, it } from "vitest";
import { readConfig } from "./config.ts";
import { SETTINGS, settingsTable } from "./settings.ts";

it("has a default for everything", () => {
  expect(readConfig({})).toMatchObject({
    port: 4400,
    host: "127.0.0.1",
    dataDirectory: ".data",
    databaseUrl: undefined,
    apiKeys: [],
    upstream: undefined,
    extras: true,
    extraStepTypes: [],
    rateLimit: undefined,
    seed: true,
    runs: {
      modelUrl: undefined,
      smtpUrl: undefined,
      allowPrivateHttp: [],
      secrets: {},
      stepMs: 60_000,
      runMs: 600_000,
      retentionDays: 30,
    },
  });
  expect(readConfig({ PORT: "", HOST: " " })).toMatchObject({ port: 4400, host: "127.0.0.1" });
});

it("reads keys with their scopes and keeps only their hashes", () => {
  const { apiKeys } = readConfig({ API_KEYS: "one, two=*,three=FLOWS:READ+RECORDS:*," });
  expect(apiKeys.map(({ scopes }) => scopes)).toEqual([["*"], ["*"], ["FLOWS:READ", "RECORDS:*"]]);
  expect(JSON.stringify(apiKeys)).not.toContain("three");
});

it("reads what runs may reach", () => {
  const { runs } = readConfig({
    MODEL_BASE_URL: "http://localhost:11434/v1/",
    ALLOW_PRIVATE_HTTP: "LocalHost:3000, [::1]:80,",
    SECRET_CRM: " a b ",
    SECRET_NONE: "",
    STEP_TIME_LIMIT: "5",
  });
  expect(runs).toMatchObject({
    modelUrl: "http://localhost:11434/v1",
    allowPrivateHttp: ["localhost:3000", "[::1]:80"],
    secrets: { CRM: " a b " },
    stepMs: 5000,
  });
});

describe("a wrong value is one sentence that names the variable and hides the value", () => {
  it.each([
    ["PORT", "http"],
    ["PORT", "70000"],
    ["PORT", "-1"],
    ["HOST", "not a host"],
    ["DATABASE_URL", "mysql://root:geheim@db"],
    ["API_KEYS", "geheim=flows"],
    ["API_KEYS", "=FLOWS:READ"],
    ["RUNTYPE_API_KEY", "two geheim words"],
    ["RUNTYPE_API_URL", "ftp://geheim"],
    ["RUNTYPE_API_URL", "https://user:geheim@api.example"],
    ["RUNTYPE_API_URL", "https://api.example/?geheim"],
    ["PUBLIC_URL", "flows.geheim"],
    ["EXTRAS", "yes"],
    ["EXTRA_STEP_TYPES", "a b"],
    ["RATE_LIMIT", "0"],
    ["MODEL_BASE_URL", "geheim.example/v1"],
    ["MODEL_API_KEY", "two geheim words"],
    ["SMTP_URL", "https://geheim@mail.example"],
    ["ALLOW_PRIVATE_HTTP", "localhost:3000, geheim"],
    ["ALLOW_PRIVATE_HTTP", "http://geheim:80"],
    ["STEP_TIME_LIMIT", "0"],
    ["RUN_TIME_LIMIT", "1.5"],
    ["LOG_LEVEL", "loud"],
    ["SEED", "true"],
  ])("%s=%s", (name, value) => {
    let message = "";
    try {
      readConfig({ [name]: value });
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toMatch(new RegExp(`^${name} .+\\.$`));
    expect(message).not.toContain("geheim");
    expect(message).not.toContain("\n");
  });
});

it.each(["0.0.0.0", "::", "192.168.1.5", "127.0.0.1.evil.example"])(
  "refuses to listen on %s without keys",
  (HOST) => {
    expect(() => readConfig({ HOST })).toThrow(/API_KEYS/);
    expect(readConfig({ HOST, API_KEYS: "k" }).host).toBe(HOST);
  },
);

it.each(["localhost", "127.0.0.1", "127.8.8.8", "::1"])("listens on %s without keys", (HOST) => {
  expect(readConfig({ HOST }).host).toBe(HOST);
});

it("explains every variable", () => {
  for (const { name } of SETTINGS) expect(settingsTable()).toContain(name);
});
