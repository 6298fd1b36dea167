import { availableParallelism } from "node:os";
import { describe, expect, it } from "vitest";
import { readServerConfig } from "./config.ts";
import { ENVIRONMENT_SETTINGS, formatSettingsHelp } from "./settings.ts";

const LONG_KEY = "0123456789abcdef";

it("every setting has a default", () => {
  expect(readServerConfig({})).toMatchObject({
    port: 4400,
    host: "127.0.0.1",
    dataDirectory: ".data",
    databaseUrl: undefined,
    databasePool: 10,
    databaseListenUrl: undefined,
    role: "all",
    apiKeys: [],
    upstream: undefined,
    extras: true,
    extraStepTypes: [],
    rateLimit: undefined,
    seed: true,
    runs: {
      modelUrl: undefined,
      smtpUrl: undefined,
      recipientLimit: 50,
      allowPrivateHttp: [],
      secrets: {},
      stepMs: 60_000,
      runMs: 600_000,
      concurrency: 64,
      scriptThreads: Math.min(availableParallelism(), 8),
      retentionDays: 30,
    },
  });
  expect(readServerConfig({ PORT: "", HOST: " " })).toMatchObject({ port: 4400, host: "127.0.0.1" });
});

it("the configuration has the scopes of API keys, and only hashes of the keys", () => {
  const keys = [LONG_KEY, `two-${LONG_KEY}=*`, `three-${LONG_KEY}=FLOWS:READ+RECORDS:*`];
  const { apiKeys } = readServerConfig({ API_KEYS: `${keys.join(", ")},` });
  expect(apiKeys.map(({ scopes }) => scopes)).toEqual([["*"], ["*"], ["FLOWS:READ", "RECORDS:*"]]);
  expect(apiKeys.map(({ name }) => name)).toEqual([undefined, undefined, undefined]);
  expect(JSON.stringify(apiKeys)).not.toContain(LONG_KEY);
});

it("the configuration has the names of API keys", () => {
  const keys = [
    `${LONG_KEY}=*=Deploy of main`,
    `two-${LONG_KEY}=FLOWS:READ+RECORDS:*=Zoë_1.0`,
    `x-${LONG_KEY}=*=x`,
  ];
  const { apiKeys } = readServerConfig({ API_KEYS: keys.join(",") });
  expect(apiKeys.map(({ name }) => name)).toEqual(["Deploy of main", "Zoë_1.0", "x"]);
  expect(apiKeys[1]?.scopes).toEqual(["FLOWS:READ", "RECORDS:*"]);
});

it("scopes of API keys may be written in lower case", () => {
  const { apiKeys } = readServerConfig({ API_KEYS: `${LONG_KEY}=flows:read+Records:*=vera` });
  expect(apiKeys).toMatchObject([{ scopes: ["FLOWS:READ", "RECORDS:*"], name: "vera" }]);
});

describe("mistyped API_KEYS are refused", () => {
  it.each([
    ["a short key", "fifteen-letters=FLOWS:READ", /at least 16/],
    ["a short key for everything", "fifteen-letters", /at least 16/],
    ["no scope after the sign", `${LONG_KEY}=`, /no scope.*\*/],
    ["an empty scope", `${LONG_KEY}=FLOWS:READ+`, /unknown scope/],
    ["a misspelled scope", `${LONG_KEY}=FLOW:READ`, /unknown scope.*FLOWS:READ/],
    ["a misspelled action", `${LONG_KEY}=RECORDS:DELETE`, /unknown scope/],
    ["a group that does not exist", `${LONG_KEY}=AGENTS:*`, /unknown scope/],
    ["a name instead of scopes", `${LONG_KEY}==deploy`, /no scope.*\*/],
    ["an empty name", `${LONG_KEY}=*=`, /name/],
    ["a name with a quote", `${LONG_KEY}=*="deploy"`, /name/],
    ["a name of 61 letters", `${LONG_KEY}=*=${"n".repeat(61)}`, /name/],
    ["two names", `${LONG_KEY}=*=deploy=again`, /name/],
    ["the same key twice", `${LONG_KEY}=FLOWS:READ,${LONG_KEY}=*`, /repeats/],
  ])("for %s", (_, entry, reason) => {
    const API_KEYS = `first-${LONG_KEY},${entry}`;
    expect(() => readServerConfig({ API_KEYS })).toThrow(reason);
    expect(() => readServerConfig({ API_KEYS })).toThrow(/^API_KEYS entry [23] .+\.$/);
    expect(() => readServerConfig({ API_KEYS })).not.toThrow(LONG_KEY);
  });

  it("for containing no key", () => {
    expect(() => readServerConfig({ FLOWLINE_API_KEYS: " , " })).toThrow(
      /^FLOWLINE_API_KEYS contains no key\./,
    );
  });
});

it("the configuration has the settings for flow runs", () => {
  const { runs } = readServerConfig({
    MODEL_BASE_URL: "http://localhost:11434/v1/",
    ALLOW_PRIVATE_HTTP: "LocalHost:3000, [::1]:80,",
    SECRET_CRM: " a b ",
    SECRET_NONE: "",
    STEP_TIME_LIMIT: "5",
  });
  expect(runs).toMatchObject({
    modelUrl: "http://localhost:11434/v1",
    allowPrivateHttp: ["localhost:3000", "[::1]:80"],
    secrets: { CRM: { value: " a b ", stepTypes: ["api-call", "fetch-url"], hosts: [] } },
    stepMs: 5000,
  });
});

it("the configuration has the step types and hosts that may use each secret", () => {
  const read = (SECRET_CRM_ALLOW: string) =>
    readServerConfig({ SECRET_CRM: "x", SECRET_CRM_ALLOW, EXTRA_STEP_TYPES: "own-type" }).runs.secrets["CRM"];
  const requests = ["api-call", "fetch-url"];
  expect(read("")).toEqual({ value: "x", stepTypes: requests, hosts: [] });
  expect(read("API.example.com, *.example.org:8443,localhost:3000,[::1]")).toEqual({
    value: "x",
    stepTypes: requests,
    hosts: ["api.example.com", "*.example.org:8443", "localhost:3000", "[::1]"],
  });
  expect(read("prompt,own-type")).toEqual({ value: "x", stepTypes: ["prompt", "own-type"], hosts: [] });
  expect(read("prompt,a.example")).toMatchObject({
    stepTypes: [...requests, "prompt"],
    hosts: ["a.example"],
  });
  expect(() => read("prompt, promt")).toThrow(/^SECRET_CRM_ALLOW entry 2 is neither a step type/);
  expect(() => read("https://a.example/")).toThrow(/^SECRET_CRM_ALLOW entry 1 is neither/);
  expect(() => read("*")).toThrow(/^SECRET_CRM_ALLOW entry 1 is neither/);
  expect(() => readServerConfig({ SECRET_CRM_ALLOW: "prompt" })).toThrow(
    "SECRET_CRM_ALLOW limits a secret that is not set: set FLOWLINE_SECRET_CRM, or remove it.",
  );
});

it("each setting has the prefix FLOWLINE_, which wins over the older name without it", () => {
  const env = Object.fromEntries(
    Object.entries({ PORT: "4401", HOST: "::1", SECRET_CRM: "geheim-new", SECRET_CRM_ALLOW: "prompt" }).map(
      ([name, value]) => [`FLOWLINE_${name}`, value],
    ),
  );
  const config = readServerConfig({ ...env, PORT: "9999", SECRET_CRM: "old", FLOWLINE_LOG_LEVEL: " " });
  expect(config).toMatchObject({ port: 4401, host: "::1", logLevel: "info", warnings: [] });
  expect(config.runs.secrets["CRM"]).toEqual({ value: "geheim-new", stepTypes: ["prompt"], hosts: [] });
  expect(() => readServerConfig({ FLOWLINE_PORT: "http", PORT: "1" })).toThrow(/^FLOWLINE_PORT must be/);
  expect(() => readServerConfig({ FLOWLINE_API_KEYS: "short" })).toThrow(/^FLOWLINE_API_KEYS entry 1/);
});

it("a secret with the older name still works, and a warning names its variable and not its value", () => {
  const { runs, warnings } = readServerConfig({ SECRET_CRM: "geheim", SECRET_CRM_ALLOW: "prompt" });
  expect(runs.secrets["CRM"]).toMatchObject({ value: "geheim", stepTypes: ["prompt"] });
  expect(warnings).toEqual([
    "Flows can use the secret in SECRET_CRM. Rename the variable to FLOWLINE_SECRET_CRM, so that flows never get secrets of other programs.",
  ]);
});

it("the configuration has the server's role, connections, concurrent records and threads", () => {
  const config = readServerConfig({
    FLOWLINE_DATABASE_URL: "postgres://pooler/flows",
    FLOWLINE_DATABASE_POOL: "40",
    FLOWLINE_DATABASE_LISTEN_URL: "postgresql://db/flows",
    ROLE: "web",
    RUN_CONCURRENCY: "500",
    SCRIPT_THREADS: "3",
  });
  expect(config).toMatchObject({
    databasePool: 40,
    databaseListenUrl: "postgresql://db/flows",
    role: "web",
    runs: { concurrency: 500, scriptThreads: 3 },
  });
});

it.each(["web", "worker"])("the role %s is refused where no other server can take the other role", (role) => {
  expect(() => readServerConfig({ FLOWLINE_ROLE: role })).toThrow(
    `FLOWLINE_ROLE is ${role}, but only one server can use the embedded store. Set FLOWLINE_DATABASE_URL to a PostgreSQL that all servers share, or remove FLOWLINE_ROLE.`,
  );
  const cloud = { RUNTYPE_API_KEY: "key", DATABASE_URL: "postgres://db/flows" };
  expect(() => readServerConfig({ ...cloud, ROLE: role })).toThrow(
    `ROLE is ${role}, but with FLOWLINE_RUNTYPE_API_KEY the platform runs all flows. Remove ROLE, or FLOWLINE_RUNTYPE_API_KEY.`,
  );
});

describe("an invalid setting is reported in one sentence that does not contain its value", () => {
  it.each([
    ["PORT", "http"],
    ["PORT", "70000"],
    ["PORT", "-1"],
    ["HOST", "not a host"],
    ["DATABASE_URL", "mysql://root:geheim@db"],
    ["DATABASE_POOL", "1"],
    ["DATABASE_POOL", "501"],
    ["DATABASE_LISTEN_URL", "mysql://root:geheim@db"],
    ["DATABASE_LISTEN_URL", "postgres://root:geheim@db"],
    ["ROLE", "geheim"],
    ["ROLE", "worker"],
    ["RUN_CONCURRENCY", "0"],
    ["RUN_CONCURRENCY", "10001"],
    ["SCRIPT_THREADS", "0"],
    ["SCRIPT_THREADS", "65"],
    ["API_KEYS", "geheim-geheim-geheim=flows"],
    ["API_KEYS", "geheim"],
    ["API_KEYS", "=FLOWS:READ"],
    ["TRUSTED_PROXIES", "geheim"],
    ["RUNTYPE_API_KEY", "two geheim words"],
    ["RUNTYPE_API_URL", "ftp://geheim"],
    ["RUNTYPE_API_URL", "https://user:geheim@api.example"],
    ["RUNTYPE_API_URL", "https://api.example/?geheim"],
    ["UPSTREAM_TIME_LIMIT", "0"],
    ["PUBLIC_URL", "flows.geheim"],
    ["EXTRAS", "yes"],
    ["EXTRA_STEP_TYPES", "a b"],
    ["RATE_LIMIT", "0"],
    ["MODEL_BASE_URL", "geheim.example/v1"],
    ["MODEL_API_KEY", "two geheim words"],
    ["SMTP_URL", "https://geheim@mail.example"],
    ["MAIL_FROM", "geheim"],
    ["MAIL_RECIPIENT_LIMIT", "0"],
    ["MAIL_RECIPIENT_LIMIT", "1001"],
    ["ALLOW_PRIVATE_HTTP", "localhost:3000, geheim"],
    ["ALLOW_PRIVATE_HTTP", "http://geheim:80"],
    ["STEP_TIME_LIMIT", "0"],
    ["RUN_TIME_LIMIT", "1.5"],
    ["LOG_LEVEL", "loud"],
    ["SEED", "true"],
  ])("%s=%s", (name, value) => {
    let message = "";
    try {
      readServerConfig({ [name]: value });
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toMatch(new RegExp(`^${name} .+\\.$`));
    expect(message).not.toContain("geheim");
    expect(message).not.toContain("\n");
  });
});

it.each(["0.0.0.0", "::", "192.168.1.5", "127.0.0.1.evil.example"])(
  "the server refuses to listen on %s without API_KEYS and without PUBLIC_URL",
  (HOST) => {
    const PUBLIC_URL = "https://flows.example.com";
    expect(() => readServerConfig({ HOST, PUBLIC_URL })).toThrow(/API_KEYS/);
    expect(() => readServerConfig({ HOST, API_KEYS: LONG_KEY })).toThrow(/PUBLIC_URL/);
    expect(readServerConfig({ HOST, API_KEYS: LONG_KEY, PUBLIC_URL }).host).toBe(HOST);
  },
);

it("the server refuses a public address without API keys, even on loopback", () => {
  const PUBLIC_URL = "https://flows.example.com";
  expect(() => readServerConfig({ PUBLIC_URL })).toThrow(/PUBLIC_URL.*API_KEYS/);
  expect(readServerConfig({ PUBLIC_URL, API_KEYS: LONG_KEY }).publicUrl).toBe(PUBLIC_URL);
  for (const url of ["http://localhost:8080", "http://127.0.0.1", "http://[::1]:4400"])
    expect(readServerConfig({ PUBLIC_URL: url }).publicUrl).toBe(url);
});

it.each(["localhost", "127.0.0.1", "127.8.8.8", "::1"])(
  "the server may listen on the loopback address %s without API keys",
  (HOST) => {
    expect(readServerConfig({ HOST }).host).toBe(HOST);
  },
);

it("--help lists the settings", () => {
  const lines = formatSettingsHelp().trimEnd().split("\n").slice(2);
  expect(lines.map((line) => line.trim().split(/\s{2,}/))).toEqual(
    ENVIRONMENT_SETTINGS.map(({ name, fallback, meaning }) => [
      `FLOWLINE_${name}`,
      meaning.replaceAll("`", "") + (fallback && ` [${fallback}]`),
    ]),
  );
});

describe("a misspelled setting is refused by name", () => {
  it.each([
    ["FLOWLINE_PROT", "FLOWLINE_PROT is not a setting: did you mean FLOWLINE_PORT?"],
    ["flowline_port", "flowline_port is not a setting: did you mean FLOWLINE_PORT?"],
    ["FLOWLINE_DATA_DIRS", "FLOWLINE_DATA_DIRS is not a setting: did you mean FLOWLINE_DATA_DIR?"],
    ["FLOWLINE_COLOUR", "FLOWLINE_COLOUR is not a setting: --help lists the settings."],
    ["DATABASE_URI", "DATABASE_URI is not a setting: did you mean FLOWLINE_DATABASE_URL?"],
    ["DATBASE_URL", "DATBASE_URL is not a setting: did you mean FLOWLINE_DATABASE_URL?"],
    ["database_url", "database_url is not a setting: did you mean FLOWLINE_DATABASE_URL?"],
    ["RUNTYPE_API_KEYS", "RUNTYPE_API_KEYS is not a setting: did you mean FLOWLINE_RUNTYPE_API_KEY?"],
  ])("such as %s", (name, message) => {
    expect(() => readServerConfig({ [name]: "geheim" })).toThrow(message);
  });

  it.each([
    ["FLOWLINE_SECRET_CRM_ALOW", "did you mean FLOWLINE_SECRET_CRM_ALLOW?"],
    ["FLOWLINE_SECRET_CRM_ALLOWED", "did you mean FLOWLINE_SECRET_CRM_ALLOW?"],
    ["FLOWLINE_SECRET_my-key", "the name of a secret has letters, digits and _ only."],
    ["FLOWLINE_SECRET_", "the name of a secret has letters, digits and _ only."],
  ])("%s, beside the secret CRM", (name, message) => {
    const env = { FLOWLINE_SECRET_CRM: "geheim", FLOWLINE_SECRET_CRM_TOKEN: "geheim", [name]: "geheim" };
    expect(() => readServerConfig(env)).toThrow(`${name} is not a setting: ${message}`);
  });

  it("except the variables that Kubernetes adds for a Service named flowline", () => {
    const env = {
      FLOWLINE_SERVICE_HOST: "10.0.0.1",
      FLOWLINE_SERVICE_PORT: "4400",
      FLOWLINE_SERVICE_PORT_HTTP: "4400",
      FLOWLINE_PORT: "tcp://10.0.0.1:4400",
      FLOWLINE_PORT_4400_TCP: "tcp://10.0.0.1:4400",
      FLOWLINE_PORT_4400_TCP_ADDR: "10.0.0.1",
      FLOWLINE_PORT_4400_TCP_PROTO: "tcp",
    };
    expect(readServerConfig(env).port).toBe(4400);
  });

  it.each([
    "API_KEY",
    "HOSTNAME",
    "PORTS",
    "MODEL",
    "SECRET_API_KEYZ",
    "PATH",
    "LOGLEVEL",
    "npm_config_port",
  ])("except %s, which may belong to another program", (name) => {
    expect(readServerConfig({ [name]: "x" }).port).toBe(4400);
  });
});
