import { expect, onTestFinished, test } from "vitest";
import { TAB_ID_HEADER } from "#contract/local.ts";
import { openTestStore } from "#server/testing/open-test-store.ts";
import { createBearerHeader, createTestApiKey } from "#server/testing/test-app.ts";
import { JSON_BODY, startCloudApp } from "./start-cloud-app.ts";

const TAB = "tab_1";

async function openCloudApp(env: Readonly<Record<string, string>> = {}) {
  const store = await openTestStore();
  onTestFinished(() => store.close());
  const { realApi, app, asPage } = await startCloudApp({ store, env });
  const { id } = realApi.state.addFlow("Flow");
  const inTab = (method: string, path: string, body?: object, headers = {}) =>
    asPage(method, path, body, { [TAB_ID_HEADER]: TAB, ...headers });
  return { app, id, path: `/v1/flows/${id}`, asPage: inTab };
}

test("pages receive the changes that other pages make through the server", async () => {
  const { app, id, path, asPage } = await openCloudApp();
  expect((await app.call("GET", "/local/capabilities")).json.features.events).toBe(true);
  const events = await app.listen();
  await events.next();
  const { json: created } = await asPage("POST", "/v1/flows", { name: "New", flowSteps: [] });
  const { json: saved } = await asPage("PUT", path, { name: "Renamed" });
  await asPage("PUT", `/local/flows/${id}/tags`, { add: ["Sales"] });
  await asPage("POST", `${path}/publish`);
  await asPage("DELETE", path);
  const by = { tabId: TAB, key: null };
  expect((await events.take(5)).map((event) => [event?.event, event?.data])).toEqual([
    ["flow.changed", { id: created.id, change: "created", versionToken: created.versionToken, by }],
    ["flow.changed", { id, change: "updated", versionToken: saved.versionToken, by }],
    ["flow.tagged", { id, tags: ["Sales"], by }],
    ["flow.changed", { id, change: "published", by }],
    ["flow.deleted", { id, by }],
  ]);
});

test("pages receive the changes of a flow by programs, and none that the API has refused", async () => {
  const { app, id, path, asPage } = await openCloudApp({
    API_KEYS: `${createTestApiKey("robot")}=*=Robot,${createTestApiKey("page")}=*`,
  });
  const robot = { headers: { ...createBearerHeader("robot"), ...JSON_BODY } };
  const events = await app.listen({ headers: createBearerHeader("page") });
  await events.next();
  const refused = await asPage(
    "PUT",
    path,
    { name: "" },
    { "if-match": `"old"`, ...createBearerHeader("page") },
  );
  expect(refused.status).toBe(412);
  expect((await app.call("PUT", `${path}x`, { ...robot, body: { name: "Other" } })).status).toBe(404);
  await app.call("PUT", path, { ...robot, body: { name: "Renamed" } });
  await app.call("POST", `${path}/publish`, { headers: createBearerHeader("robot") });
  await app.call("DELETE", path, { headers: createBearerHeader("robot") });
  const by = { tabId: null, key: "Robot" };
  expect((await events.take(3)).map((event) => event?.data)).toEqual([
    { id, change: "updated", by },
    { id, change: "published", by },
    { id, by },
  ]);
});
