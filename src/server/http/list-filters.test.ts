import { afterAll, beforeAll, expect, it } from "vitest";
import { toJSONSchema } from "zod/v4/core";
import type { EndpointDefinition } from "#contract/endpoint.ts";
import { endpoints } from "#contract/endpoints.ts";
import { LOCAL_MODE_IDENTITY } from "#contract/local.ts";
import type { Store } from "#server/store/store.ts";
import { openTestStore } from "#server/testing/open-test-store.ts";
import { createFakeFlowRunner } from "#server/testing/plain-runner.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";

let store: Store;
let app: TestApp;
beforeAll(async () => {
  store = await openTestStore();
  app = await startTestApp(store, { runner: createFakeFlowRunner() });
});
afterAll(async () => {
  await app.close();
  await store.close();
});

const lists = (Object.values(endpoints) as readonly EndpointDefinition[]).flatMap(
  ({ method, path, query }) => {
    const { properties, additionalProperties } = query ? toJSONSchema(query, { unrepresentable: "any" }) : {};
    if (method !== "GET" || !properties || additionalProperties !== false) return [];
    return [{ path, params: properties as Readonly<Record<string, { readonly enum?: readonly string[] }>> }];
  },
);
const readDetails = async (path: string) => {
  const { status, json } = await app.call("GET", path.replaceAll(/:\w+/g, "x_1"));
  expect(status).toBe(400);
  return json.details;
};

it.each(
  lists.flatMap(({ path, params }) =>
    Object.entries(params).flatMap(([name, schema]) =>
      schema.enum ? [{ path, name, known: schema.enum }] : [],
    ),
  ),
)("$path refuses an unknown value of $name with the known values", async ({ path, name, known }) => {
  expect(await readDetails(`${path}?${name}=odd`)).toContainEqual(
    expect.objectContaining({ path: name, suggestion: `Must be one of ${known.join(", ")}.` }),
  );
});

it.each(lists.filter(({ path }) => path.startsWith("/local/")))(
  "$path refuses an unknown parameter with the known ones",
  async ({ path, params }) => {
    const suggestion = `Must be one of ${Object.keys(params).join(", ")}.`;
    expect(await readDetails(`${path}?stauts=failed&identity=${LOCAL_MODE_IDENTITY}`)).toEqual([
      { path: "stauts", message: "There is no such parameter.", code: "INVALID_VALUE", suggestion },
    ]);
  },
);

it("documented lists ignore parameters of a newer description", async () => {
  expect((await app.call("GET", "/v1/flows?expand=steps")).status).toBe(200);
  expect((await app.call("GET", "/v1/schedules?expand=steps")).status).toBe(200);
});
