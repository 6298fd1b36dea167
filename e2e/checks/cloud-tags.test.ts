import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { NO_FLOW_IDS } from "#contract/flow.ts";
import { PAGE_USER_IDENTITY_HEADER } from "#contract/local.ts";
import { openTestStore } from "#server/testing/open-test-store.ts";
import type { TestApp } from "#server/testing/test-app.ts";
import { actAsPage, startCloudApp } from "./start-cloud-app.ts";

type Store = Awaited<ReturnType<typeof openTestStore>>;
let store: Store;
beforeAll(async () => {
  store = await openTestStore();
});
afterEach(() => store.database.execute("DELETE FROM flow_tags"));
afterAll(() => store.close());

/** Starts a server in cloud mode before a stand-in of the API that holds `count` flows, the newest first. */
async function openCloudApp(count: number, options: NonNullable<Parameters<typeof startCloudApp>[0]> = {}) {
  const { realApi, app } = await startCloudApp(options.accountStore ? options : { store, ...options });
  const ids: string[] = [];
  for (let index = count; index > 0; index -= 1) ids.unshift(realApi.state.addFlow(`Flow ${index}`).id);
  return { realApi, app, ids, ...actOnTags(app) };
}

function actOnTags(app: TestApp) {
  const asPage = actAsPage(app);
  const list = async (query = "") => (await asPage("GET", `/v1/flows${query}`)).json;
  const listNames = async (query: string) =>
    (await list(query)).data.map(({ name }: { readonly name: string }) => name);
  const tag = (id: string | undefined, change: object) =>
    asPage("PUT", `/local/flows/${id ?? ""}/tags`, change);
  const listTags = async () => (await asPage("GET", "/local/flow-tags")).json.tags;
  const readFeatures = async (): Promise<{ readonly hasTags: boolean; readonly problem: unknown }> => {
    const { json } = await app.call("GET", "/local/capabilities");
    return { hasTags: json.features.tags === true, problem: json.storeProblem };
  };
  return { asPage, list, listNames, tag, listTags, readFeatures };
}

test("rows of the list get their tags, and are otherwise as the API wrote them", async () => {
  const { realApi, ids, asPage, list, tag } = await openCloudApp(2);
  await tag(ids[1], { add: ["Sales"] });
  expect((await list()).data.map(({ tags }: { readonly tags: unknown }) => tags)).toEqual([[], ["Sales"]]);
  const body = `{"data": [{"id":"${ids[1] ?? ""}", "size":12345678901234567890, "tags":null}, 7], "more": 1.50}`;
  realApi.planAnswer({ path: "/v1/flows", status: 200, body });
  expect((await asPage("GET", "/v1/flows")).text).toBe(body.replace("null}", 'null,"tags":["Sales"]}'));
});

test("filters by tags and ids read the list of the API until all flows are found", async () => {
  const { realApi, ids, listNames, tag } = await openCloudApp(250);
  for (const index of [2, 149]) await tag(ids[index], { add: ["Sales", index === 2 ? "New" : "Old"] });
  realApi.takeCounts();
  expect(await listNames("?tag=sales&sort=name&includeCount=true")).toEqual(["Flow 3", "Flow 150"]);
  expect(realApi.takeCounts()).toEqual({ "GET /v1/flows": 2 });
  expect(await listNames("?tag=Sales&tag=old")).toEqual(["Flow 150"]);
  expect(await listNames(`?ids=${ids[149] ?? ""},${ids[4] ?? ""}`)).toEqual(["Flow 5", "Flow 150"]);
  expect(await listNames(`?tag=Sales&ids=${ids[2] ?? ""},${ids[4] ?? ""}`)).toEqual(["Flow 3"]);
  expect(await listNames("?tag=Sales&search=150")).toEqual(["Flow 150"]);
  realApi.takeCounts();
  expect(await listNames(`?ids=${NO_FLOW_IDS}`)).toEqual([]);
  expect(await listNames("?tag=Unused")).toEqual([]);
  expect(realApi.takeCounts()).toEqual({});
});

test("a filtered list ends at a page that leads to itself", async () => {
  const { realApi, ids, listNames, tag, listTags } = await openCloudApp(150);
  await tag(ids[149], { add: ["Far"] });
  realApi.setSwitches({ stuckCursor: true });
  realApi.takeCounts();
  expect(await listNames("?tag=Far")).toEqual([]);
  // A flow that the list lacks is not taken for a deleted one.
  expect(realApi.takeCounts()).toEqual({ "GET /v1/flows": 2 });
  expect(await listTags()).toEqual([{ name: "Far", flows: 1 }]);
});

test("tags of two people combine, and are not sent to the API", async () => {
  const { realApi, ids, app, tag, listTags } = await openCloudApp(2);
  const colleague = actOnTags(app);
  await Promise.all([
    tag(ids[0], { add: ["Sales", "Weekly"] }),
    colleague.tag(ids[0], { add: ["weekly", "EU"] }),
    colleague.tag(ids[1], { add: ["sales"] }),
  ]);
  const changed = await tag(ids[0], { remove: ["EU"] });
  expect(changed.json.tags.map((name: string) => name.toLowerCase())).toEqual(["sales", "weekly"]);
  expect((await listTags()).map(({ flows }: { readonly flows: number }) => flows)).toEqual([2, 1]);
  expect(realApi.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  const faulty = await tag(ids[0], { add: [" "] });
  expect([faulty.status, faulty.json.details[0].path]).toEqual([400, "add.0"]);
  const many = Array.from({ length: 20 }, (_, index) => `tag ${index}`);
  expect((await tag(ids[0], { add: many })).json.details[0].code).toBe("TOO_MANY_TAGS");
});

test("a flow is answered with its tags, which are no part of its version", async () => {
  const { realApi, app, ids, asPage, tag } = await openCloudApp(1);
  const path = `/v1/flows/${ids[0] ?? ""}`;
  const before = (await asPage("GET", path)).json;
  await tag(ids[0], { add: ["Sales"] });
  expect((await asPage("GET", path)).json).toEqual({ ...before, tags: ["Sales"] });
  expect(Object.keys((await app.call("GET", path)).json)).not.toContain("tags");
  const save = (token: string) =>
    app.call("PUT", path, {
      body: { name: "Renamed" },
      headers: {
        [PAGE_USER_IDENTITY_HEADER]: "",
        "content-type": "application/json",
        "if-match": `"${token}"`,
      },
    });
  expect((await save(before.versionToken)).json).toMatchObject({ name: "Renamed", tags: ["Sales"] });
  expect((await save(before.versionToken)).json.current).toMatchObject({ tags: ["Sales"] });
  const created = await asPage("POST", "/v1/flows", { name: "Copy", tags: ["sales", "EU"], flowSteps: [] });
  expect([created.status, created.json.tags]).toEqual([201, ["EU", "Sales"]]);
  expect(realApi.requests.filter(({ method }) => method === "POST").map(({ body }) => body)).toEqual([
    { name: "Copy", flowSteps: [] },
  ]);
  const refused = await asPage("POST", "/v1/flows", { name: "Copy", tags: [""], flowSteps: [] });
  expect([refused.status, realApi.state.flows.size]).toEqual([400, 2]);
});

test("the tags of a flow are deleted with the flow, by a page, a program or another server", async () => {
  const { realApi, ids, app, asPage, listNames, tag, listTags } = await openCloudApp(4);
  for (const id of ids) await tag(id, { add: ["Sales"] });
  expect((await asPage("DELETE", `/v1/flows/${ids[0] ?? ""}`)).status).toBe(204);
  expect((await app.call("DELETE", `/v1/flows/${ids[1] ?? ""}`)).status).toBe(204);
  expect(await listTags()).toEqual([{ name: "Sales", flows: 2 }]);
  realApi.state.flows.delete(ids[2] ?? "");
  expect(await listNames("?tag=Sales")).toEqual(["Flow 4"]);
  expect(await listTags()).toEqual([{ name: "Sales", flows: 1 }]);
  const gone = await tag(ids[2], { add: ["Sales"] });
  expect([gone.status, gone.json.details[0].code]).toEqual([404, "NOT_FOUND"]);
});

test("a tag that is stored after its flow was deleted is refused", async () => {
  let isDeleted = false;
  const write: Store["write"] = async (work) => {
    if (!isDeleted) {
      isDeleted = true;
      expect((await asPage("DELETE", `/v1/flows/${ids[0] ?? ""}`)).status).toBe(204);
    }
    return store.write(work);
  };
  const { ids, asPage, tag, listTags } = await openCloudApp(1, { store: { ...store, write } });
  expect((await tag(ids[0], { add: ["Sales"] })).status).toBe(404);
  expect([isDeleted, await listTags()]).toEqual([true, []]);
});

test("a 404 that is not the API’s deletes no tags", async () => {
  const { realApi, ids, tag, listTags } = await openCloudApp(1);
  await tag(ids[0], { add: ["Sales"] });
  realApi.planAnswer({ path: "/v1/flows/:id", status: 404, body: "<h1>Not found</h1>" });
  const answer = await tag(ids[0], { add: ["EU"] });
  expect([answer.status, answer.text]).toEqual([404, "<h1>Not found</h1>"]);
  expect(await listTags()).toEqual([{ name: "Sales", flows: 1 }]);
});

test("each connected account has its own tags in the store", async () => {
  const first = await openCloudApp(1);
  const second = await openCloudApp(1);
  await first.tag(first.ids[0], { add: ["Sales"] });
  expect(await second.listTags()).toEqual([]);
  expect(await first.listTags()).toEqual([{ name: "Sales", flows: 1 }]);
});

test("the store is created for the first tag, and not before", async () => {
  let opened = 0;
  const accountStore = {
    exists: () => false,
    open: async () => {
      opened += 1;
      return store;
    },
  };
  const { ids, list, tag, listTags, readFeatures } = await openCloudApp(2, { accountStore });
  expect(await readFeatures()).toEqual({ hasTags: true, problem: undefined });
  expect([(await list()).data[0].tags, await listTags(), opened]).toEqual([[], [], 0]);
  await Promise.all(ids.map((id) => tag(id, { add: ["Sales"] })));
  expect([(await list()).data[0].tags, opened]).toEqual([["Sales"], 1]);
});

test("with a store that cannot be opened everything but tags works", async () => {
  const open = async () => {
    throw new Error("The database is damaged.");
  };
  const { ids, asPage, list, tag, readFeatures } = await openCloudApp(1, { accountStore: { open } });
  for (let count = 0; count < 3; count += 1) {
    expect(await readFeatures()).toEqual({
      hasTags: false,
      problem: "The store cannot be used. See the server’s log.",
    });
    expect(Object.keys((await list()).data[0])).not.toContain("tags");
    const refused = await tag(ids[0], { add: ["Sales"] });
    expect([refused.status, refused.json.details[0].code]).toEqual([409, "STORE_UNAVAILABLE"]);
    expect((await asPage("GET", "/v1/flows?tag=Sales")).status).toBe(409);
    const flow = await asPage("GET", `/v1/flows/${ids[0] ?? ""}`);
    expect([flow.status, flow.json.tags]).toEqual([200, undefined]);
  }
  expect((await list(`?ids=${ids[0] ?? ""}`)).data).toHaveLength(1);
  expect((await asPage("POST", "/v1/flows", { name: "New", tags: ["A"], flowSteps: [] })).status).toBe(201);
  expect((await asPage("DELETE", `/v1/flows/${ids[0] ?? ""}`)).status).toBe(204);
});

test("with a full store tags are read and not changed, and flows are still created and deleted", async () => {
  let isFull = false;
  const write: Store["write"] = async (work) => {
    if (isFull) throw Object.assign(new Error("The disk is full."), { code: "53100" });
    return store.write(work);
  };
  const { ids, asPage, list, tag } = await openCloudApp(2, { store: { ...store, write } });
  await tag(ids[0], { add: ["Sales"] });
  isFull = true;
  const refused = await tag(ids[1], { add: ["Sales"] });
  expect([refused.status, refused.json.details[0].code]).toEqual([507, "DISK_FULL"]);
  expect((await list()).data[0].tags).toEqual(["Sales"]);
  const created = await asPage("POST", "/v1/flows", { name: "New", tags: ["A"], flowSteps: [] });
  expect([created.status, created.json.tags]).toEqual([201, []]);
  expect((await asPage("DELETE", `/v1/flows/${ids[0] ?? ""}`)).status).toBe(204);
});
