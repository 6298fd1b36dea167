import { expect, it } from "vitest";
import type { FlowRecord } from "#contract/record.ts";
import {
  createEmptyRecordFormState,
  createRecordUpdateBody,
  findRecordFormErrors,
  parseRecordMetadataText,
  createRecordFormState,
} from "./record-form-state.ts";

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
const formState = createRecordFormState(record);

it("a record form ignores the formatting of the metadata, but not the order of its keys", () => {
  const text = JSON.stringify(record.metadata);
  expect(createRecordUpdateBody({ ...formState, text }, record)).toEqual({});
  const reorderedText = '{"__proto__":1,"plan":"pro"}';
  const reordered = createRecordUpdateBody({ ...formState, text: reorderedText }, record);
  expect(JSON.stringify(reordered)).toBe('{"metadata":{"__proto__":1,"plan":"pro"}}');
});

it("a save sends only the changed fields of a record", () => {
  expect(createRecordUpdateBody({ ...formState, name: " Grace" }, record)).toEqual({ name: "Grace" });
  expect(createRecordUpdateBody({ ...formState, type: "person" }, record)).toEqual({ type: "person" });
});

it("missing and too long values of a record are reported", () => {
  expect(findRecordFormErrors(createEmptyRecordFormState(" "))).toEqual({
    type: "Type is required.",
    name: "Name is required.",
  });
  const long = { ...formState, name: "x".repeat(501) };
  expect(findRecordFormErrors(long).name).toContain("now 501");
});

it("a field without a name is reported, unless the saved record has one", () => {
  const unnamed = { ...formState, text: '{"": 1}' };
  expect(findRecordFormErrors(unnamed).text).toBe("Every field needs a name.");
  expect(findRecordFormErrors(unnamed, { "": 0 })).toEqual({});
});

it.each([
  ["[1]", "Metadata must be an object"],
  ["{nope}", "line 1, column 2"],
  ['{"n": 12345678901234567890}', "12345678901234567890"],
  ['{"n": 1, "m": {"n": 2}, "n": 3}', "Duplicate field: “n”"],
])("rejects %s as metadata with the reason", (text, reason) => {
  const reading = parseRecordMetadataText(text);
  expect(reading.type === "broken" && reading.message).toContain(reason);
});
