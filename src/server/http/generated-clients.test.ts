import { spawnSync } from "node:child_process";
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import openapiTypes, { astToString } from "openapi-typescript";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { createFakeFlowRunner } from "#server/testing/plain-runner.ts";
import { startTestApp } from "#server/testing/test-app.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";
import { getOpenApiJson } from "./open-api.ts";

const STEP = `{ type: "set-variable", name: "Greet", config: { value: "Hello", outputVariable: "greeting", notes: ["a"] } }`;

/** Calls with openapi-fetch, by the types of openapi-typescript. */
const WITH_OPENAPI_FETCH = `
import createClient from "openapi-fetch";
import type { components, paths } from "./openapi-types.ts";

type RunEvent = components["schemas"]["StepCompleteEvent"] | components["schemas"]["PingEvent"];
export const readResult = (event: RunEvent): unknown => (event.type === "ping" ? undefined : event.result);

export async function callSevenOperations(fetch: (request: Request) => Promise<Response>) {
  const api = createClient<paths>({ baseUrl: "http://localhost:4400", fetch });
  const made = await api.POST("/v1/flows", { body: { name: "Welcome", flowSteps: [${STEP}] } });
  if (!made.data) throw new Error(made.error.error);
  const { id, versionToken = "" } = made.data;
  const params = { path: { id } };
  const read = await api.GET("/v1/flows/{id}", { params });
  const steps = read.data?.flowSteps ?? [];
  const header = { "If-Match": \`"\${versionToken}"\` };
  const put = async (name: string) =>
    api.PUT("/v1/flows/{id}", { params: { ...params, header }, body: { name, flowSteps: steps } });
  const changed = await put("Goodbye");
  const stale = await put("Too late");
  const published = await api.POST("/v1/flows/{id}/publish", { params, body: { label: "First" } });
  const listed = await api.GET("/v1/flows", { params: { query: { search: "good", limit: "10" } } });
  const record = await api.POST("/v1/records", { body: { type: "guest", name: "Ada", metadata: { seats: 2 } } });
  const run = await api.POST("/v1/dispatch", {
    body: { flow: { id }, inputs: { language: "en" }, options: { storeResults: false } },
    headers: { Accept: "application/json" },
  });
  const result = run.data && "finalOutput" in run.data ? run.data.finalOutput : undefined;
  return {
    config: steps[0]?.config,
    name: changed.data?.name,
    staleCode: stale.error?.details?.[0]?.code,
    isPublished: published.data?.success,
    listed: listed.data?.data.map(({ name }) => name),
    metadata: record.data?.metadata,
    result,
  };
}
`;

const TSCONFIG = {
  compilerOptions: {
    strict: true,
    noUncheckedIndexedAccess: true,
    target: "es2022",
    lib: ["es2023", "dom", "dom.iterable"],
    module: "esnext",
    moduleResolution: "bundler",
    allowImportingTsExtensions: true,
    noEmit: true,
    types: [],
  },
};

let directory: string;

beforeAll(async () => {
  const parent = join(process.cwd(), "test-results");
  mkdirSync(parent, { recursive: true });
  // Lies within the project, because the compiler searches the parent folders for packages.
  directory = mkdtempSync(join(parent, "generated-clients-"));
  const write = (name: string, content: string) => writeFileSync(join(directory, name), content);
  write("openapi-types.ts", astToString(await openapiTypes(getOpenApiJson())));
  write("with-openapi-fetch.ts", WITH_OPENAPI_FETCH);
  write("tsconfig.json", JSON.stringify(TSCONFIG));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it("clients that are generated from the OpenAPI document compile in strict mode", () => {
  const tsc = join(process.cwd(), "node_modules/.bin/tsc");
  const { status, stdout } = spawnSync(tsc, ["-p", directory], { encoding: "utf8" });
  expect(stdout).toBe("");
  expect(status).toBe(0);
});

describeSuiteForEitherStore("generated clients", (store) => {
  it("call seven operations", async () => {
    const app = await startTestApp(store(), { runner: createFakeFlowRunner() });
    onTestFinished(() => app.close());
    const { callSevenOperations } = await import(join(directory, "with-openapi-fetch.ts"));
    expect(await callSevenOperations((request: Request) => app.fetch(request))).toEqual({
      config: { value: "Hello", outputVariable: "greeting", notes: ["a"] },
      name: "Goodbye",
      staleCode: "STALE_REVISION",
      isPublished: true,
      listed: ["Goodbye"],
      metadata: { seats: 2 },
      result: "Hello",
    });
  });
});
