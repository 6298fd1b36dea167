import { expect, it } from "vitest";
import type { FlowRecord } from "#contract/record.ts";
import { emptyDraft, findChanges, findDraftErrors, readMetadata, toDraft } from "./record-draft.ts";

const record: FlowRecord = {
  id: "record_1",
  type: "customer",
  name: "Ada ",
  metadata: JSON.parse('{"plan":"pro","__proto__":1}'),
  messages: null,
  productSurfaceId: null,
  userId: "user_local",
  organizationId: null,
  createdAt: "2026-06-01T16:40:24.446Z",
  updatedAt: "2026-06-01T16:40:24.446Z",
};
const draft = toDraft(record);

it("changes nothing where nothing was typed, not even a name that somebody else has padded", () => {
  expect(findChanges(draft, record)).toEqual({});
});

it("does not count how the metadata is laid out, but counts the order of its keys", () => {
  const text = JSON.stringify(record.metadata);
  expect(findChanges({ ...draft, text }, record)).toEqual({});
  const turned = findChanges({ ...draft, text: '{"__proto__":1,"plan":"pro"}' }, record);
  expect(JSON.stringify(turned)).toBe('{"metadata":{"__proto__":1,"plan":"pro"}}');
});

it("sends the fields that were changed, and no other", () => {
  expect(findChanges({ ...draft, name: " Grace" }, record)).toEqual({ name: "Grace" });
  expect(findChanges({ ...draft, type: "person" }, record)).toEqual({ type: "person" });
});

it("says what is missing and what is too long", () => {
  expect(findDraftErrors(emptyDraft(" "))).toEqual({
    type: "A record needs a type.",
    name: "A record needs a name.",
  });
  const long = { ...draft, name: "x".repeat(501) };
  expect(findDraftErrors(long).name).toContain("this has 501");
});

it.each([
  ["[1]", "Metadata is an object"],
  ["{nope}", "line 1, column 2"],
  ['{"n": 12345678901234567890}', "12345678901234567890"],
])("takes %s for no metadata, and says why", (text, reason) => {
  const reading = readMetadata(text);
  expect(reading.type === "broken" && reading.message).toContain(reason);
});

it("takes an empty text for no metadata", () => {
  expect(readMetadata(" \n")).toEqual({ type: "value", value: {} });
});
