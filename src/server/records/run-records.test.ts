import { beforeEach, expect, it } from "vitest";
import type { JsonObject } from "#core/json/json.ts";
import {
  MAX_LINEAR_TIME_GROWTH_FACTOR,
  measureTimeGrowthForFourfoldInput,
} from "#core/testing/measure-growth.ts";
import type { Caller } from "#server/domain/caller.ts";
import type { RecordReaderWriterForRuns } from "#server/runner/run-plan.ts";
import type { ChangeEvent } from "#server/store/change-listeners.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";
import type { RecordServiceDependencies } from "./record-context.ts";
import { createRecordStoreForRuns, mergeDeep } from "./run-records.ts";
import { updateRecordFields } from "./update-record-fields.ts";

const caller: Caller = { organizationId: "org_local", userId: "user_local", scopes: ["*"] };
const stranger: Caller = { ...caller, organizationId: "org_other" };

describeSuiteForEitherStore("records of a run", (store) => {
  let context: RecordServiceDependencies;
  let records: RecordReaderWriterForRuns;
  beforeEach(() => {
    let time = Date.parse("2026-01-01T00:00:00.000Z");
    context = { store: store(), now: () => (time += 1), extras: true };
    records = createRecordStoreForRuns(context);
  });
  let writes = 0;
  const as = <Merge extends "merge" | "replace" | "deep-merge">(merge: Merge) => ({
    merge,
    idempotencyKey: `write ${(writes += 1)}`,
  });
  const upsert = (name: string, metadata: JsonObject, merge: "merge" | "replace" = "merge") =>
    records.upsert(caller, { type: "lead", name, metadata }, as(merge));

  it("are created when missing, and merged or replaced when they exist", async () => {
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

  it("are created once by two concurrent writers", async () => {
    const made = await Promise.all([
      upsert("Acme", { a: 1 }),
      upsert("Acme", { b: 2 }),
      upsert("Acme", { c: 3 }),
    ]);
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect((await records.findByName(caller, "lead", "Acme"))?.metadata).toEqual({ a: 1, b: 2, c: 3 });
  });

  it("are updated by replacing top-level fields, or by a deep merge of nested objects", async () => {
    const id = (await upsert("Acme", JSON.parse('{"in":{"x":1,"l":[1,2]},"__proto__":{"p":1}}'))).id ?? "";
    const updates = JSON.parse('{"in":{"y":2,"l":[3]},"__proto__":{"q":2}}') as JsonObject;
    const deep = await records.update(caller, id, updates, as("deep-merge"));
    expect(JSON.stringify(deep.metadata)).toBe('{"in":{"x":1,"l":[3],"y":2},"__proto__":{"p":1,"q":2}}');
    expect((await records.update(caller, id, { n: 1 }, as("replace"))).metadata).toEqual({ n: 1 });
    await expect(records.update(caller, "record_none", {}, as("merge"))).rejects.toThrow("no longer exists");
    await expect(records.update(stranger, id, {}, as("merge"))).rejects.toThrow("no longer exists");
  });

  it("are written once under one idempotency key, and keep the edits of users when the write is repeated", async () => {
    const how = { merge: "replace", idempotencyKey: "step" } as const;
    const count = { type: "lead", name: "Acme", metadata: { n: 1 } };
    const first = await records.upsert(caller, count, how);
    const id = first.id ?? "";
    const edit = (metadata: JsonObject) =>
      store().write((tx, publish) => updateRecordFields(context, { tx, publish, caller }, id, { metadata }));
    await edit({ n: 1, note: "by a user" });
    expect(await records.upsert(caller, count, how)).toEqual({
      ...first,
      metadata: { n: 1, note: "by a user" },
    });
    const add = () => records.update(caller, id, { n: 2 }, how);
    expect((await add()).metadata).toEqual({ n: 2 });
    await edit({ n: 3 });
    expect((await add()).metadata).toEqual({ n: 3 });
    // Writes other values under the same key, which counts as a different write.
    expect((await records.update(caller, id, { n: 4 }, how)).metadata).toEqual({ n: 4 });
    expect((await records.upsert(caller, count, how)).metadata).toEqual({ n: 1 });
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
    await expect(names({ search: "\0" })).rejects.toThrow("not valid");
  });

  it.each([
    ["a NUL", { a: "\0" }, "NUL"],
    ["a lone surrogate", { a: "\ud800" }, "NUL"],
    ["a text of 2 MiB", { long: "x".repeat(2 * 1024 * 1024) }, "exceed"],
  ])("stay unchanged if metadata with %s is refused", async (_, metadata, message) => {
    await upsert("Acme", { a: 1 });
    await expect(upsert("Acme", metadata)).rejects.toThrow(message);
    await expect(upsert("New", metadata)).rejects.toThrow(message);
    expect((await records.findByName(caller, "lead", "Acme"))?.metadata).toEqual({ a: 1 });
    expect(await records.list(caller, { limit: 10 })).toHaveLength(1);
  });

  it("are not written with invalid names", async () => {
    for (const name of ["", "x".repeat(501), "a\0b"])
      await expect(upsert(name, {})).rejects.toThrow("1 to 500");
    expect(await records.find(caller, "\0")).toBeUndefined();
    expect(await records.findByName(caller, "lead", "\0")).toBeUndefined();
  });

  it("publish one event for each write that changes a record", async () => {
    const received: ChangeEvent[] = [];
    const stop = await store().listen({
      onChange: (changeEvent) => void received.push(changeEvent),
      onGap: () => undefined,
    });
    const { id } = await upsert("Acme", { a: 1 });
    await upsert("Acme", { a: 1 });
    await records.update(caller, id ?? "", { a: 2 }, as("merge"));
    await expect
      .poll(() => received.map(({ event, data }) => [event, data]))
      .toEqual([
        ["records.changed", '{"types":["lead"]}'],
        ["records.changed", '{"types":["lead"]}'],
      ]);
    stop();
  });
});

it("a deep merge takes linear time", () => {
  const fields = (size: number, value: number): JsonObject =>
    Object.fromEntries(Array.from({ length: size }, (_, index) => [`k${index}`, { [`v${value}`]: value }]));
  const run = (size: number) => mergeDeep(fields(size, 1), fields(size, 2));
  expect(run(1)).toEqual({ k0: { v1: 1, v2: 2 } });
  expect(measureTimeGrowthForFourfoldInput(run)).toBeLessThan(MAX_LINEAR_TIME_GROWTH_FACTOR);
});
