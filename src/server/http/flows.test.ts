import { beforeEach, expect, it } from "vitest";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";
import {
  type TestApp,
  type TestResponse,
  createBearerHeader,
  createTestApiKey,
  startTestApp,
} from "#server/testing/test-app.ts";

describeSuiteForEitherStore("flows", (store) => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startTestApp(store(), { env: { EXTRA_STEP_TYPES: "send-slack-message" } });
  });
  const put = (id: string, body: unknown, headers: Record<string, string> = {}) =>
    app.call("PUT", `/v1/flows/${id}`, { body, headers });
  const get = async (id: string) => (await app.call("GET", `/v1/flows/${id}`)).json;

  it("are created with a first draft and read back as they were sent", async () => {
    const sent = buildFlow("Digest", [buildStep("fetch"), buildConditional("route", [buildStep("a")])]);
    const made = await app.call("POST", "/v1/flows", { body: { ...sent, description: "Daily." } });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({
      name: "Digest",
      description: "Daily.",
      flowSteps: sent.flowSteps,
      status: "draft",
      stepCount: 2,
      revision: 1,
      hasUnpublishedChanges: true,
      publishedVersionId: null,
      userId: "user_local",
      organizationId: "org_local",
      draftVersionId: expect.stringMatching(/^flowver_[0-9a-z]{26}$/),
      id: expect.stringMatching(/^flow_[0-9a-z]{26}$/),
    });
    const read = await app.call("GET", `/v1/flows/${made.json.id}`);
    expect(read.json).toEqual(made.json);
    expect(made.headers.get("etag")).toBe(`"${made.json.versionToken}"`);
    expect(read.headers.get("etag")).toMatch(
      new RegExp(String.raw`^"${made.json.versionToken}\.[\w-]{27}"$`),
    );
    expect(read.headers.get("cache-control")).toBe("private, no-cache");
  });

  it("accept `steps` instead of `flowSteps` when they are created", async () => {
    const made = await app.create({ name: "Alias", steps: [buildStep("one")] });
    expect(made.flowSteps).toMatchObject([{ id: "one" }]);
  });

  it("keep unknown fields, key order, and special keys of JavaScript", async () => {
    const text =
      '{"name":"Kept","flowSteps":[{"zeta":1,"type":"prompt","name":"A","id":"a","__proto__":{"x":1},"order":0,' +
      '"config":{"constructor":"c","b":[1,{"y":1.5e-7,"x":null}],"a":1e21},"when":"x > 1","retryPolicy":{"attempts":3}}]}';
    const { json } = await app.call("POST", "/v1/flows", { text });
    const read = await app.call("GET", `/v1/flows/${json.id}`);
    const steps = JSON.stringify(JSON.parse(text).flowSteps);
    expect(read.text).toContain(`"flowSteps":${steps}`);
  });

  it("get ids for top-level steps without one", async () => {
    const nested = { type: "prompt", name: "Nested" };
    const made = await app.create({
      name: "Minted",
      flowSteps: [{ type: "prompt", name: "A" }, buildConditional("c", [nested])],
    });
    expect(made.flowSteps[0].id).toMatch(/^step_[0-9a-z]{26}$/);
    expect(made.flowSteps[1].config.trueSteps).toEqual([nested]);
  });

  it("sort steps by `order` only if every step has a number", async () => {
    const sorted = await app.create({
      name: "Sorted",
      flowSteps: [buildStep("b", { order: 2 }), buildStep("a", { order: 1 })],
    });
    expect(sorted.flowSteps.map((step: { id: string }) => step.id)).toEqual(["a", "b"]);
    expect(sorted.flowSteps.map((step: { order: number }) => step.order)).toEqual([1, 2]);
    const mixed = await app.create({
      name: "Mixed",
      flowSteps: [buildStep("b", { order: 2 }), buildStep("a")],
    });
    expect(mixed.flowSteps.map((step: { id: string }) => step.id)).toEqual(["b", "a"]);
    expect(mixed.flowSteps.map((step: { order: number }) => step.order)).toEqual([0, 1]);
  });

  it("renumber their steps only when the order or the set of steps changes", async () => {
    const steps = [buildStep("a", { order: 1 }), buildStep("b", { order: 2 })] as const;
    const { id } = await app.create({ name: "From one", flowSteps: steps });
    const renamed = await put(id, { flowSteps: [{ ...steps[0], name: "Renamed" }, steps[1]] });
    expect(renamed.json.flowSteps.map((step: { order: number }) => step.order)).toEqual([1, 2]);
    const moved = await put(id, {
      flowSteps: [
        { ...steps[1], order: 5 },
        { ...steps[0], order: 9 },
      ],
    });
    expect(moved.json.flowSteps).toMatchObject([
      { id: "b", order: 0 },
      { id: "a", order: 1 },
    ]);
  });

  it("change only in the fields that a PUT contains", async () => {
    const made = await app.create({ ...buildFlow("Before", [buildStep("a")]), description: "Text" });
    const renamed = await put(made.id, { name: "After" });
    expect(renamed.json).toMatchObject({
      name: "After",
      description: "Text",
      flowSteps: made.flowSteps,
      revision: 2,
      draftVersionId: made.draftVersionId,
    });
    expect(renamed.json.versionToken).not.toBe(made.versionToken);
    expect(renamed.json.updatedAt > made.updatedAt).toBe(true);
    const cleared = await put(made.id, { description: null });
    expect(cleared.json).toMatchObject({ description: null, revision: 3, name: "After" });
  });

  it("keep `config: null` of a step whose type requires no field, and publish it", async () => {
    const steps = [
      buildStep("a", { type: "send-event", config: null }),
      buildConditional("c", [buildStep("b", { type: "wait-until", config: null })]),
    ];
    const made = await app.create(buildFlow("Null", steps));
    expect(made.flowSteps).toMatchObject(steps);
    expect((await put(made.id, { flowSteps: made.flowSteps })).json).toEqual(made);
    expect((await app.call("POST", `/v1/flows/${made.id}/publish`)).status).toBe(200);
    expect((await app.call("GET", `/v1/flow-versions/${made.id}/published`)).json.flowConfig).toMatchObject({
      flowSteps: steps,
    });
  });

  it("keep sample data as they were sent, until a PUT replaces or removes them", async () => {
    const sampleMetadata = { b: 1, a: { 2: "two", 1: null } };
    const made = await app.create({ ...buildFlow("Sampled", [buildStep("a")]), sampleMetadata });
    expect(JSON.stringify(made.sampleMetadata)).toBe(JSON.stringify(sampleMetadata));
    expect((await put(made.id, { sampleMetadata, name: "Sampled" })).json).toEqual(made);
    const replaced = await put(made.id, { sampleMetadata: { c: true } });
    expect(replaced.json).toMatchObject({ sampleMetadata: { c: true }, revision: 2, name: "Sampled" });
    expect((await put(made.id, { name: "Renamed" })).json.sampleMetadata).toEqual({ c: true });
    expect((await put(made.id, { sampleMetadata: null })).json.sampleMetadata).toEqual({});
    expect((await put(made.id, { sampleMetadata: "text" })).status).toBe(400);
  });

  it("are returned with the address of their page and an object of sample data, on every server", async () => {
    const expectComplete = ({ status, json }: TestResponse, address: string) => {
      expect(status).toBeLessThan(300);
      expect(json).toMatchObject({ sampleMetadata: {}, dashboardUrl: `${address}/flows/${json.id}` });
    };
    const servers = [
      [{}, "http://localhost:4400"],
      [{ EXTRAS: "0" }, "http://localhost:4400"],
      [
        { PUBLIC_URL: "https://flows.example.com/", API_KEYS: createTestApiKey("full") },
        "https://flows.example.com",
      ],
    ] as const;
    for (const [env, address] of servers) {
      const server = await startTestApp(store(), { env });
      const options = { headers: { ...createBearerHeader("full"), host: new URL(address).host } };
      const made = await server.call("POST", "/v1/flows", { ...options, body: { name: "Plain" } });
      expectComplete(made, address);
      const path = `/v1/flows/${made.json.id}`;
      expectComplete(await server.call("GET", path, options), address);
      expectComplete(await server.call("PUT", path, { ...options, body: { name: "Changed" } }), address);
      expectComplete(await server.call("PUT", path, { ...options, body: { sampleMetadata: {} } }), address);
    }
  });

  it("are not written when a PUT changes nothing", async () => {
    const made = await app.create(buildFlow("Same", [buildStep("a")]));
    for (const body of [
      {},
      { name: "Same" },
      { name: "Same", flowSteps: made.flowSteps, description: null },
    ]) {
      const answer = await put(made.id, body);
      expect(answer.status).toBe(200);
      expect(answer.json).toEqual(made);
    }
  });

  it("refuse a stale version token with 412 and the current flow, and change nothing", async () => {
    const made = await app.create(buildFlow("Guarded", [buildStep("a")]));
    const first = await put(made.id, { name: "First" }, { "if-match": `"${made.versionToken}"` });
    expect(first.status).toBe(200);
    const second = await put(made.id, { name: "Second" }, { "if-match": `"${made.versionToken}"` });
    expect(second.status).toBe(412);
    expect(second.json).toMatchObject({
      error: expect.any(String),
      details: [{ code: "STALE_REVISION" }],
      current: { name: "First", versionToken: first.json.versionToken },
    });
    const remove = await app.call("DELETE", `/v1/flows/${made.id}`, { headers: { "if-match": '"1-0"' } });
    expect(remove.status).toBe(412);
    expect((await get(made.id)).name).toBe("First");
  });

  it("contain the save keys of their newest revisions, with null for a revision saved without a valid key", async () => {
    const made = await app.create(buildFlow("Saved", [buildStep("a")]));
    expect(made.saveKeys).toEqual([]);
    const save = (name: string, key?: string) =>
      put(made.id, { name }, key === undefined ? {} : { "x-flowline-save": key });
    await save("First", "save_1");
    await save("First", "save_same");
    await save("By a program");
    await save("Odd", "no key: it has blanks");
    const last = await save("Last", "save_2");
    expect(last.json.saveKeys).toEqual(["save_2", null, null, "save_1"]);
    expect((await get(made.id)).saveKeys).toEqual(last.json.saveKeys);
    const stale = await put(made.id, { name: "Stale" }, { "if-match": '"1-0"' });
    expect(stale.json.current.saveKeys).toEqual(last.json.saveKeys);
    for (let index = 0; index < 30; index += 1) await save(`Name ${index}`, `save_many_${index}`);
    const many = Array.from({ length: 20 }, (_, index) => `save_many_${29 - index}`);
    expect((await get(made.id)).saveKeys).toEqual(many);
  });

  it.each(['W/"TOKEN"', '"TOKEN-gzip"', 'W/"TOKEN-br"', "TOKEN", '"other", "TOKEN"', "*"])(
    "accept every valid notation of the version token in If-Match: %s",
    async (form) => {
      const made = await app.create(buildFlow("Guarded", []));
      const answer = await put(
        made.id,
        { name: "New" },
        { "if-match": form.replace("TOKEN", made.versionToken) },
      );
      expect(answer.status).toBe(200);
    },
  );

  it("accept only one of two writes with the same version token", async () => {
    const made = await app.create(buildFlow("Raced", []));
    const headers = { "if-match": `"${made.versionToken}"` };
    const answers = await Promise.all(["A", "B", "C", "D"].map((name) => put(made.id, { name }, headers)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412, 412, 412]);
  });

  it("keep an unknown step type of the stored flow, and refuse new ones", async () => {
    const step = buildStep("slack", { type: "send-slack-message" });
    const nested = buildConditional("route", [buildStep("deep", { type: "send-slack-message" })]);
    const { id } = await app.create(buildFlow("From elsewhere", [step, nested, buildStep("b")]));
    const plain = await startTestApp(store());
    const kept = await plain.call("PUT", `/v1/flows/${id}`, {
      body: { flowSteps: [buildStep("b"), nested, step] },
    });
    expect(kept.status).toBe(200);
    const refused = await plain.call("PUT", `/v1/flows/${id}`, {
      body: { flowSteps: [buildStep("other", { type: "send-slack-message" })] },
    });
    expect(refused.status).toBe(400);
    expect(refused.json.details).toMatchObject([{ path: "flowSteps.0.type", code: "INVALID_ENUM" }]);
  });

  it("are deleted with their versions", async () => {
    const made = await app.create(buildFlow("Gone", []));
    const removed = await app.call("DELETE", `/v1/flows/${made.id}`);
    expect([removed.status, removed.text]).toEqual([204, ""]);
    for (const path of [
      `/v1/flows/${made.id}`,
      `/v1/flow-versions/${made.id}`,
      `/v1/flow-steps/flow/${made.id}`,
    ]) {
      expect((await app.call("GET", path)).status).toBe(404);
    }
    expect((await app.call("DELETE", `/v1/flows/${made.id}`)).status).toBe(404);
  });

  it("are created once per Idempotency-Key", async () => {
    const headers = { "idempotency-key": "key-1" };
    const body = buildFlow("Once", []);
    const first = await app.call("POST", "/v1/flows", { body, headers });
    const again = await app.call("POST", "/v1/flows", { body, headers });
    expect([again.status, again.json]).toEqual([201, first.json]);
    expect(again.headers.get("etag")).toBe(first.headers.get("etag"));
    const other = await app.call("POST", "/v1/flows", { body: buildFlow("Else", []), headers });
    expect(other.status).toBe(422);
    expect((await app.call("GET", "/v1/flows?includeCount=true")).json.pagination.totalCount).toBe(1);
    app.wait(25 * 60 * 60 * 1000);
    const later = await app.call("POST", "/v1/flows", { body, headers });
    expect(later.json.id).not.toBe(first.json.id);
  });

  it("are created once by concurrent requests with one Idempotency-Key", async () => {
    const headers = { "idempotency-key": "key-2" };
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        app.call("POST", "/v1/flows", { body: buildFlow("Once", []), headers }),
      ),
    );
    for (const { status } of answers) expect([201, 409]).toContain(status);
    expect((await app.call("GET", "/v1/flows")).json.data).toHaveLength(1);
  });

  it("have an endpoint that lists their steps", async () => {
    const made = await app.create(
      buildFlow("Steps", [buildStep("a", { when: "x", enabled: false }), buildStep("b")]),
    );
    const { json } = await app.call("GET", `/v1/flow-steps/flow/${made.id}`);
    expect(json).toMatchObject({ flowId: made.id, flowName: "Steps" });
    expect(json.data).toMatchObject([
      { id: "a", order: 0, enabled: false, when: "x", flowId: made.id, createdAt: null, updatedAt: null },
      { id: "b", order: 1, enabled: true },
    ]);
  });
});
