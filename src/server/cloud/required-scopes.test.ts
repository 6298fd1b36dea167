import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EndpointDefinition } from "#contract/endpoint.ts";
import { endpoints } from "#contract/endpoints.ts";
import { PAGE_USER_IDENTITY_HEADER } from "#contract/local.ts";
import { isScopeGrantedToCaller } from "#server/domain/caller.ts";
import { startListening } from "#server/http-server.ts";
import type { Store } from "#server/store/store.ts";
import { openTestStore } from "#server/testing/open-test-store.ts";
import { KEYS_OF_GRANTS, SCOPE_GRANTS, nameOfGrant, probeEndpoint } from "#server/testing/scope-grants.ts";
import {
  type TestApp,
  createBearerHeader,
  createTestApiKey,
  startTestApp,
} from "#server/testing/test-app.ts";
import { otherApiEndpoints } from "./other-endpoints.ts";
import { findRequiredScopes, listScopesOfEndpoint } from "./required-scopes.ts";

let store: Store;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store.close());

describe("in cloud mode, a request is forwarded only for callers with its scopes:", () => {
  const seen: string[] = [];
  const upstream = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    response.end("{}");
  });
  let app: TestApp;
  let url: string;
  beforeAll(async () => {
    url = `http://127.0.0.1:${await startListening(upstream, 0, "127.0.0.1")}`;
    const env = { API_KEYS: KEYS_OF_GRANTS, RUNTYPE_API_KEY: "rt_live_secret", RUNTYPE_API_URL: url };
    app = await startTestApp(store, { env });
  });
  afterAll(async () => {
    upstream.closeAllConnections();
    await new Promise((resolve) => upstream.close(resolve));
  });

  const passed = (
    Object.entries({ ...endpoints, ...otherApiEndpoints }) as [string, EndpointDefinition][]
  ).filter(([, { path }]) => path.startsWith("/v1/"));
  it.each(passed)("%s", async (_, endpoint) => {
    // Every forwarded request carries this server's key, so a scope is required even for an endpoint that needs none.
    const own = listScopesOfEndpoint(endpoint);
    const needed = own.length > 0 ? own : (["FLOWS:READ"] as const);
    seen.length = 0;
    expect((await probeEndpoint(app, endpoint)).status).toBe(401);
    for (const grant of SCOPE_GRANTS) {
      const { status } = await probeEndpoint(app, endpoint, createBearerHeader(nameOfGrant(grant)));
      const isHeld = needed.every((scope) => isScopeGrantedToCaller({ scopes: grant.split("+") }, scope));
      expect(status, grant).toBe(isHeld ? 200 : 403);
      expect(seen.splice(0), grant).toHaveLength(isHeld ? 1 : 0);
    }
  });

  it("the page’s requests get what is in records only for callers that may read records", async () => {
    const ofPage = (path: string, name: string) =>
      app.call("GET", path, { headers: { ...createBearerHeader(name), [PAGE_USER_IDENTITY_HEADER]: "" } });
    for (const path of [
      "/v1/flows/flow_1/step-results",
      "/v1/batch/batch_1/records/record_1/steps",
      "/local/batches/batch_1/records?flowId=flow_1",
    ]) {
      seen.length = 0;
      expect((await ofPage(path, nameOfGrant("FLOWS:READ"))).status, path).toBe(403);
      expect(seen, path).toEqual([]);
      await ofPage(path, nameOfGrant("*"));
      expect(seen.length, path).toBeGreaterThan(0);
    }
  });

  it.each([
    ["GET", "/v1/agents"],
    ["POST", "/v1/agents/agent_1/execute"],
    ["PATCH", "/v1/flows/flow_1"],
    ["POST", "/v1/flows/flow_1"],
    ["DELETE", "/v1/dispatch"],
    ["POST", "/v1/dispatch/"],
    ["POST", "/v1/flows/flow_1/run-on-record%2Dtype"],
    ["PUT", "/v1/flows/%252e%252e%252fadmin"],
    ["GET", "/v1/flows/flow_1;a=b"],
    ["GET", "/v1/Flows"],
    ["GET", "/v1//flows"],
    ["GET", "/v1/flows/x/y/z"],
    ["GET", "/v1/records/%"],
  ])("%s %s, which is not in the endpoint table, requires all scopes", async (method, path) => {
    seen.length = 0;
    for (const grant of SCOPE_GRANTS) {
      const { status } = await app.call(method, path, { headers: createBearerHeader(nameOfGrant(grant)) });
      expect(status, grant).toBe(grant === "*" ? 200 : 403);
    }
    expect(seen).toHaveLength(1);
  });

  it("step results, which contain record contents, also require RECORDS:READ", () => {
    const path = "/v1/flows/flow_1/step-results";
    expect(findRequiredScopes("GET", path)).toEqual(["FLOWS:READ", "RECORDS:READ"]);
    const steps = "/v1/batch/batch_1/records/record_1/steps";
    expect(findRequiredScopes("GET", steps)).toContain("RECORDS:READ");
  });

  const dispatch = (...scopes: readonly string[]) => ["DISPATCH:EXECUTE", ...scopes];
  const nested = { type: "conditional", config: { trueSteps: [{ type: "upsert-record", config: {} }] } };
  it.each([
    ["dispatch", { flow: { id: "flow_1" } }, dispatch()],
    ["dispatch", { flow: { id: "flow_1" }, options: { flowMode: "existing", recordMode: null } }, dispatch()],
    ["dispatch", { flow: { name: "a", steps: [{ type: "prompt" }, { type: "constructor" }] } }, dispatch()],
    ["dispatch", { options: { flowMode: "upsert" } }, dispatch("FLOWS:WRITE")],
    ["dispatch", { options: { flowMode: "create" } }, dispatch("FLOWS:WRITE")],
    ["dispatch", { options: { flowMode: "a mode of tomorrow" } }, dispatch("FLOWS:WRITE")],
    ["dispatch", { options: { recordMode: "create" } }, dispatch("RECORDS:WRITE")],
    ["dispatch", { record: { id: "record_1" } }, dispatch("RECORDS:READ")],
    ["dispatch", { flow: { steps: [{ type: "list-records" }] } }, dispatch("RECORDS:READ")],
    ["dispatch", { flow: { steps: [nested] } }, dispatch("RECORDS:WRITE")],
    ["dispatch", [], ["*"]],
    ["dispatch", '{"options":{"flowMode":"upsert"},"options":{}}', ["*"]],
    ["dispatch", "no JSON", ["*"]],
    ["batch/flow", { flowId: "flow_1" }, ["FLOWS:EXECUTE", "RECORDS:READ"]],
    ["batch/flow", { flowDefinition: { steps: [] } }, dispatch("FLOWS:EXECUTE", "RECORDS:READ")],
  ])("%s %j requires the scopes of its contents", async (path, body, needed) => {
    const some = dispatch("FLOWS:EXECUTE", "FLOWS:WRITE", "RECORDS:READ", "RECORDS:WRITE");
    const scopes = needed.includes("*") ? some : some.filter((scope) => needed.includes(scope));
    const grants = [...scopes.map((left) => scopes.filter((scope) => scope !== left)), scopes, ["*"]];
    const keys = grants.map(
      (grant, index) => `${createTestApiKey(`k${index}`)}=${grant.join("+") || "FLOWS:READ"}`,
    );
    const env = { API_KEYS: keys.join(","), RUNTYPE_API_KEY: "rt_live_secret", RUNTYPE_API_URL: url };
    const own = await startTestApp(store, { env });
    seen.length = 0;
    const text = typeof body === "string" ? body : JSON.stringify(body);
    for (const [index, grant] of grants.entries()) {
      const options = { text, headers: createBearerHeader(`k${index}`) };
      const { status } = await own.call("POST", `/v1/${path}`, options);
      const isHeld = needed.every((scope) => grant.includes("*") || grant.includes(scope));
      // Expects 400 for a body that the server cannot check, which only callers with all scopes may send.
      const refusal = needed.includes("*") && grant.includes("DISPATCH:EXECUTE") ? 400 : 403;
      expect(status, grant.join("+")).toBe(isHeld ? 200 : refusal);
      expect(seen.splice(0)).toHaveLength(isHeld ? 1 : 0);
    }
    await own.close();
  });

  it("HEAD requires the same scopes as GET", async () => {
    for (const grant of ["FLOWS:READ", "FLOWS:WRITE"]) {
      const { status } = await app.call("HEAD", "/v1/flows", {
        headers: createBearerHeader(nameOfGrant(grant)),
      });
      expect(status, grant).toBe(grant === "FLOWS:READ" ? 200 : 403);
    }
  });
});
