import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type EndpointDefinition, listRequiredScopes } from "#contract/endpoint.ts";
import { type EndpointName, endpoints } from "#contract/endpoints.ts";
import { isScopeGrantedToCaller } from "#server/domain/caller.ts";
import type { Store } from "#server/store/store.ts";
import { openTestStore } from "#server/testing/open-test-store.ts";
import { createFakeFlowRunner } from "#server/testing/plain-runner.ts";
import { KEYS_OF_GRANTS, SCOPE_GRANTS, nameOfGrant, probeEndpoint } from "#server/testing/scope-grants.ts";
import { type TestApp, createBearerHeader, startTestApp } from "#server/testing/test-app.ts";

const all = Object.entries(endpoints) as readonly (readonly [EndpointName, EndpointDefinition])[];

let store: Store;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store.close());

it("only listed endpoints can be used without a key", () => {
  const open = all.filter(([, endpoint]) => listRequiredScopes(endpoint).length === 0).map(([name]) => name);
  expect(open.toSorted()).toEqual(["createSession", "deleteSession", "getCapabilities", "validateFlow"]);
});

describe("an endpoint of this server answers only callers with its scopes:", () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp(store, { env: { API_KEYS: KEYS_OF_GRANTS }, runner: createFakeFlowRunner() });
  });
  afterAll(() => app.close());

  it.each(all)("%s", async (_, endpoint) => {
    const needed = listRequiredScopes(endpoint);
    const stranger = await probeEndpoint(app, endpoint);
    if (needed.length > 0) expect(stranger.status).toBe(401);
    else expect(stranger.status).toBeLessThan(401);
    for (const grant of SCOPE_GRANTS) {
      const { status, text } = await probeEndpoint(app, endpoint, createBearerHeader(nameOfGrant(grant)));
      const isHeld = needed.every((scope) => isScopeGrantedToCaller({ scopes: grant.split("+") }, scope));
      if (isHeld) expect([200, 201, 204, 400, 404, 422], `${grant}: ${text}`).toContain(status);
      else expect(status, grant).toBe(403);
    }
  });
});
