import { beforeEach, expect, it } from "vitest";
import type { JsonObject } from "#core/json.ts";
import type { Caller } from "#server/caller.ts";
import type { RunRecords } from "#server/runner/run-plan.ts";
import type { News } from "#server/store/news.ts";
import { describeStores } from "#server/testing/test-stores.ts";
import { createRunRecords } from "./run-records.ts";

const caller: Caller = { organizationId: "org_local", userId: "user_local", scopes: ["*"] };
const stranger: Caller = { ...caller, organizationId: "org_other" };

describeStores("records as steps reach them", (store) => {
  let records: RunRecords;
  beforeEach(() => {
    let time = Date.parse("2026-01-01T00:00:00.000Z");
    records = createRunRecords({ store: store(), now: () => (time += 1), extras: true });
  });
  const upsert = (name: string, metadata: JsonObject, merge: "merge" | "replace" = "merge") =>
    records.upsert(caller, { type: "lead", name, metadata }, merge);

  it("are made where there are none, and merged or replaced where there are", async () => {
    const made = await upsert("Acme", { a: 1, in: { x: 1 } });
    expect(made).toMatchObject({
      type: "lead",
      name: "Acme",
      metadata: { a: 1, in: { x: 1 } },
      messages: null,
    });
    const merged = await upsert("Acme", { b: 2, in: { y: 2 } });
    expect(merged).toEqual({ ...made, metadata: { a: 1, in: { y: 2 }, b: 2 } });
    const replaced = await upsert("Acme", { c: 3 }, "replace");
    expect(replaced).toEqual({ ...made, metadata: { c: 3 } });
    expect(await records.find(caller, made.id ?? "")).toEqual(replaced);
    expect(await records.findByName(caller, "lead", "Acme")).toEqual(replaced);
    expect(await records.findByName(caller, "lead", "acme")).toBeUndefined();
  });

  it("are made once by two who do it at the same time", async () => {
    const made = await Promise.all([
      upsert("Acme", { a: 1 }),
      upsert("Acme", { b: 2 }),
      upsert("Acme", { c: 3 }),
    ]);
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect((await records.findByName(caller, "lead", "Acme"))?.metadata).toEqual({ a: 1, b: 2, c: 3 });
  });

  it("are updated, inside objects too where that is wanted", async () => {
    const id = (await upsert("Acme", JSON.parse('{"in":{"x":1,"l":[1,2]},"__proto__":{"p":1}}'))).id ?? "";
    const updates = JSON.parse('{"in":{"y":2,"l":[3]},"__proto__":{"q":2}}') as JsonObject;
    const deep = await records.update(caller, id, updates, "deep-merge");
    expect(JSON.stringify(deep.metadata)).toBe('{"in":{"x":1,"l":[3],"y":2},"__proto__":{"p":1,"q":2}}');
    expect((await records.update(caller, id, { n: 1 }, "replace")).metadata).toEqual({ n: 1 });
    await expect(records.update(caller, "record_none", {}, "merge")).rejects.toThrow("no longer exists");
    await expect(records.update(stranger, id, {}, "merge")).rejects.toThrow("no longer exists");
  });

  it("are listed by type, search and filter", async () => {
    await upsert("Acme", { score: 7 });
    await upsert("Bolt", { score: 3 });
    const names = async (query: object) =>
      (await records.list(caller, { limit: 10, ...query })).map(({ name }) => name);
    expect(await names({})).toEqual(["Bolt", "Acme"]);
    expect(await names({ limit: 1 })).toEqual(["Bolt"]);
    expect(await names({ type: "none" })).toEqual([]);
    expect(await names({ search: "ac" })).toEqual(["Acme"]);
    expect(await names({ filter: { field: "score", op: "gt", value: 5 } })).toEqual(["Acme"]);
    expect(await records.list(stranger, { limit: 10 })).toEqual([]);
    await expect(names({ filter: { field: "score", op: "like" } })).rejects.toThrow(
      /not valid.*allowed values.*op/,
    );
    await expect(names({ search: "\0" })).rejects.toThrow("cannot be searched for");
  });

  it.each([
    [{ a: "\0" }, "NUL"],
    [{ a: "\ud800" }, "NUL"],
    [{ long: "x".repeat(2 * 1024 * 1024) }, "larger than"],
  ])("refuse %# what no store keeps, and stay as they were", async (metadata, message) => {
    await upsert("Acme", { a: 1 });
    await expect(upsert("Acme", metadata)).rejects.toThrow(message);
    await expect(upsert("New", metadata)).rejects.toThrow(message);
    expect((await records.findByName(caller, "lead", "Acme"))?.metadata).toEqual({ a: 1 });
    expect(await records.list(caller, { limit: 10 })).toHaveLength(1);
  });

  it("refuse names that are none", async () => {
    for (const name of ["", "x".repeat(501), "a\0b"])
      await expect(upsert(name, {})).rejects.toThrow("1 to 500");
    expect(await records.find(caller, "\0")).toBeUndefined();
    expect(await records.findByName(caller, "lead", "\0")).toBeUndefined();
  });

  it("tell of what they write, and of nothing else", async () => {
    const heard: News[] = [];
    const stop = await store().listen({ onNews: (news) => void heard.push(news), onGap: () => undefined });
    const { id } = await upsert("Acme", { a: 1 });
    await upsert("Acme", { a: 1 });
    await records.update(caller, id ?? "", { a: 2 }, "merge");
    await expect
      .poll(() => heard.map(({ event, data }) => [event, data]))
      .toEqual([
        ["records.changed", '{"types":["lead"]}'],
        ["records.changed", '{"types":["lead"]}'],
      ]);
    stop();
  });
});
