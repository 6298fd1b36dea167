import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { JsonObject } from "#core/json/json.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";
import {
  type TestResponse,
  type TestApp,
  createBearerHeader,
  createTestApiKey,
  startTestApp,
} from "#server/testing/test-app.ts";

describeSuiteForEitherStore("versions", (store) => {
  let app: TestApp;
  let flow: TestResponse["json"];
  beforeEach(async () => {
    app = await startTestApp(store());
    flow = await app.create(buildFlow("First", [buildStep("a"), buildStep("b")]));
  });
  const read = async (): Promise<TestResponse["json"]> =>
    (await app.call("GET", `/v1/flows/${flow.id}`)).json;
  const rename = async (name: string) =>
    (await app.call("PUT", `/v1/flows/${flow.id}`, { body: { name } })).json;
  const publish = (body?: object, headers: Record<string, string> = {}) =>
    app.call("POST", `/v1/flows/${flow.id}/publish`, { headers, ...(body && { body }) });
  const versions = async (query = ""): Promise<TestResponse["json"]> =>
    (await app.call("GET", `/v1/flow-versions/${flow.id}${query}`)).json;
  const version = (id: string) => app.call("GET", `/v1/flow-versions/${flow.id}/${id}`);

  it("start with a draft, which is the saved flow", async () => {
    const { versions: all, publishedVersionId } = await versions();
    expect(publishedVersionId).toBeNull();
    expect(all).toMatchObject([
      { id: flow.draftVersionId, versionNumber: 1, versionType: "draft", stepCount: 2 },
    ]);
    await rename("Second");
    expect((await version(flow.draftVersionId)).json.flowConfig).toEqual({
      name: "Second",
      flowSteps: flow.flowSteps,
    });
    expect((await app.call("GET", `/v1/flow-versions/${flow.id}/published`)).status).toBe(404);
  });

  it("name the key that saved the draft or published the version", async () => {
    const keys = ["alice", "bob"].map((name) => `${createTestApiKey(name)}=*=${name}`);
    const shared = await startTestApp(store(), {
      env: { API_KEYS: `${keys.join(",")},${createTestApiKey("nobody")}` },
    });
    const authors = async () => {
      const { versions: all } = (await shared.call("GET", `/v1/flow-versions/${flow.id}`, by("bob"))).json;
      return all.map(({ createdBy }: { createdBy: unknown }) => createdBy);
    };
    const by = (name: string, body?: object) => ({
      headers: createBearerHeader(name),
      ...(body && { body }),
    });
    expect(await authors()).toEqual([null]);
    await shared.call("PUT", `/v1/flows/${flow.id}`, by("alice", { name: "Second" }));
    expect(await authors()).toEqual(["alice"]);
    await shared.call("POST", `/v1/flows/${flow.id}/publish`, by("bob"));
    await shared.call("PUT", `/v1/flows/${flow.id}`, by("alice", { name: "Third" }));
    expect(await authors()).toEqual(["alice", "bob"]);
    await shared.call("PUT", `/v1/flows/${flow.id}`, by("nobody", { name: "Fourth" }));
    expect(await authors()).toEqual([null, "bob"]);
    // A server of an older version saves without a name.
    await shared.call("PUT", `/v1/flows/${flow.id}`, by("alice", { name: "Fifth" }));
    await store().write(async (tx) => void (await tx.execute(sql`UPDATE flows SET revision = revision + 1`)));
    expect(await authors()).toEqual([null, "bob"]);
    const { draftVersionId } = (await shared.call("GET", `/v1/flows/${flow.id}`, by("bob"))).json;
    const draft = await shared.call("GET", `/v1/flow-versions/${flow.id}/${draftVersionId}`, by("bob"));
    expect(draft.json.createdBy).toBeNull();
  });

  it("count nested steps, in drafts and published versions", async () => {
    const put = (flowSteps: readonly JsonObject[]) =>
      app.call("PUT", `/v1/flows/${flow.id}`, { body: { flowSteps } });
    await put([buildConditional("a", [buildStep("b")], [buildStep("c")])]);
    await publish();
    await put([buildConditional("a", [buildStep("b")])]);
    expect((await versions()).versions).toMatchObject([
      { versionType: "draft", stepCount: 1, totalStepCount: 2 },
      { versionType: "published", stepCount: 1, totalStepCount: 3 },
    ]);
  });

  it("become immutable when they are published, with a label and notes if given", async () => {
    const answer = await publish({ label: "v1", notes: "First cut." });
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      success: true,
      message: expect.any(String),
      publishedVersionId: flow.draftVersionId,
    });
    expect(await read()).toMatchObject({
      status: "active",
      hasUnpublishedChanges: false,
      draftVersionId: null,
      publishedVersionId: flow.draftVersionId,
      publishedVersionNumber: 1,
      revision: 1,
      versionToken: flow.versionToken,
      updatedAt: flow.updatedAt,
    });
    const changed = await rename("Second");
    expect(changed.draftVersionId).not.toBe(flow.draftVersionId);
    expect(changed).toMatchObject({ hasUnpublishedChanges: true, status: "active" });
    const published = await app.call("GET", `/v1/flow-versions/${flow.id}/published`);
    expect(published.json).toMatchObject({
      id: flow.draftVersionId,
      versionType: "published",
      versionNumber: 1,
      label: "v1",
      notes: "First cut.",
      flowConfig: { name: "First", flowSteps: flow.flowSteps },
    });
    expect((await versions()).versions.map((item: TestResponse["json"]) => item.versionNumber)).toEqual([
      2, 1,
    ]);
  });

  it("include exactly one draft, which every save of the flow updates", async () => {
    const ids = [(await rename("2")).draftVersionId, (await rename("3")).draftVersionId];
    expect(ids).toEqual([flow.draftVersionId, flow.draftVersionId]);
    expect((await versions()).versions).toHaveLength(1);
  });

  it("are not published, but answered with 404, if nothing has changed since the last publish", async () => {
    await publish();
    expect((await publish({})).status).toBe(404);
    await rename("Second");
    await rename("First");
    expect(await read()).toMatchObject({ hasUnpublishedChanges: false });
    expect((await publish()).status).toBe(404);
  });

  it("keep the id of the last draft in the response to a PUT that changes nothing after a publish", async () => {
    await publish();
    const answer = await app.call("PUT", `/v1/flows/${flow.id}`, { body: {} });
    expect(answer.json.draftVersionId).toBe(flow.draftVersionId);
    expect((await read()).draftVersionId).toBeNull();
  });

  it("can be published again, which leaves the saved flow unchanged", async () => {
    await publish();
    await rename("Second");
    const second = (await publish()).json.publishedVersionId;
    const first = flow.draftVersionId;
    const back = await app.call("POST", `/v1/flow-versions/${flow.id}/publish`, {
      body: { versionId: first },
    });
    expect(back.json).toEqual({
      success: true,
      message: expect.any(String),
      flowId: flow.id,
      versionId: first,
    });
    expect(await read()).toMatchObject({
      name: "Second",
      publishedVersionId: first,
      hasUnpublishedChanges: true,
    });
    const third = await publish();
    expect(third.status).toBe(200);
    expect([first, second]).not.toContain(third.json.publishedVersionId);
    expect(await read()).toMatchObject({ hasUnpublishedChanges: false, publishedVersionNumber: 3 });
    expect((await version(third.json.publishedVersionId)).json.flowConfig.name).toBe("Second");
  });

  it("can be published by id, drafts included", async () => {
    const answer = await app.call("POST", `/v1/flow-versions/${flow.id}/publish`, {
      body: { versionId: flow.draftVersionId },
    });
    expect(answer.status).toBe(200);
    expect(await read()).toMatchObject({ draftVersionId: null, hasUnpublishedChanges: false });
  });

  it("are not published if the id belongs to another flow, is unknown or is malformed", async () => {
    const other = await app.create({ name: "Other" });
    const answers = [];
    for (const versionId of [other.draftVersionId, "flowver_unknown", "nonsense", ""]) {
      const { status } = await app.call("POST", `/v1/flow-versions/${flow.id}/publish`, {
        body: { versionId },
      });
      answers.push(status);
    }
    expect(answers).toEqual([400, 404, 400, 400]);
    expect((await version(other.draftVersionId)).status).toBe(400);
    expect((await version("flowver_unknown")).status).toBe(404);
  });

  it("respect If-Match when they are published", async () => {
    await rename("Second");
    const stale = await publish({}, { "if-match": `"${flow.versionToken}"` });
    expect([stale.status, stale.json.current.name]).toEqual([412, "Second"]);
    const { versionToken } = await read();
    expect((await publish({}, { "if-match": `"${versionToken}"` })).status).toBe(200);
  });

  it("are published once for each Idempotency-Key", async () => {
    const headers = { "idempotency-key": "publish-1" };
    const first = await publish({}, headers);
    const again = await publish({}, headers);
    expect([again.status, again.json]).toEqual([200, first.json]);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
  });

  it("are listed by type, and in pages when a limit is given", async () => {
    await publish();
    await rename("Second");
    await publish();
    await rename("Third");
    expect((await versions("?type=draft")).versions).toHaveLength(1);
    expect((await versions("?type=published")).versions).toHaveLength(2);
    expect(await versions()).not.toHaveProperty("pagination");
    const first = await versions("?limit=2");
    expect(first.versions.map((item: TestResponse["json"]) => item.versionNumber)).toEqual([3, 2]);
    const second = await versions(`?limit=2&cursor=${first.pagination.nextCursor}`);
    expect(second.versions.map((item: TestResponse["json"]) => item.versionNumber)).toEqual([1]);
    expect(second.pagination).toEqual({ limit: 2, hasMore: false, nextCursor: null });
    expect((await app.call("GET", `/v1/flow-versions/${flow.id}?cursor=odd`)).status).toBe(400);
  });
});
