import { pino } from "pino";
import { beforeEach, expect, it } from "vitest";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";

const PATH = "/local/policy-reports";
const report = (more: object = {}) => ({
  type: "csp-violation",
  url: "https://flows.example.com/flows?search=typed",
  body: {
    documentURL: "https://flows.example.com/flows?search=typed",
    blockedURL: "https://evil.example/x.js?stolen=text",
    effectiveDirective: "script-src-elem",
    sample: "the blocked code",
    sourceFile: null,
    ...more,
  },
});

let lines: string[];
let app: TestApp;
beforeEach(async () => {
  lines = [];
  const logger = pino({ level: "warn" }, { write: (line: string) => void lines.push(line) });
  app = await startTestApp(undefined, { env: { RUNTYPE_API_KEY: "rt_test" }, logger });
});
const send = async (text: string) =>
  (await app.call("POST", PATH, { text, headers: { "content-type": "application/reports+json" } })).status;

it("a report of blocked content is counted and logged without queries and code", async () => {
  expect(await send(JSON.stringify([report(), { type: "deprecation", body: {} }]))).toBe(204);
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
    {
      directive: "script-src-elem",
      page: "https://flows.example.com/flows",
      blocked: "https://evil.example/x.js",
      msg: "a browser blocked content that the policy of a page forbids",
    },
  ]);
  expect(lines.join("")).not.toMatch(/typed|stolen|blocked code/);
  expect((await app.call("GET", "/metrics")).text).toContain("flowline_policy_violations_total 1\n");
});

it("at most ten reports a minute are logged, and all are counted", async () => {
  const many = JSON.stringify(Array.from({ length: 30 }, () => report()));
  await send(many);
  expect(lines).toHaveLength(10);
  app.wait(61_000);
  await send(many);
  expect(lines).toHaveLength(20);
  expect((await app.call("GET", "/metrics")).text).toContain("flowline_policy_violations_total 60\n");
});

it.each(["", "{", "{}", "[1]", '[{"type":1}]'])(
  "a body %j that holds no reports answers 400",
  async (text) => {
    expect(await send(text)).toBe(400);
  },
);

it("reports count toward the limit of requests", async () => {
  app = await startTestApp(undefined, { env: { RUNTYPE_API_KEY: "rt_test", RATE_LIMIT: "1" } });
  expect([await send("[]"), await send("[]")]).toEqual([204, 429]);
});

it("a body above 64 KiB answers 413", async () => {
  expect(await send(JSON.stringify([report({ sample: "x".repeat(70_000) })]))).toBe(413);
  expect(lines).toEqual([]);
});
