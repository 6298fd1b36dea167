import { beforeEach, expect, it, vi } from "vitest";
import type { ServerCapabilities } from "#contract/local.ts";
import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";
import { createMemoryStorage } from "#client/data/testing/memory-storage.ts";
import { parsePersistedRecordForm, readAndRemoveLegacyRecordForm } from "./record-form-state.ts";

beforeEach(() => {
  vi.stubGlobal("localStorage", createMemoryStorage());
  const server: Partial<ServerCapabilities> = { auth: "required", signedIn: true, identity: "key_a" };
  pageUserIdentityTracker.adopt(server as ServerCapabilities);
});

const draft = { type: "ticket", name: "Half a na", text: '{ "open": ' };
const seen = {
  id: "record_1",
  type: "ticket",
  name: "Printer",
  metadata: {},
  createdAt: "2026-01-01T00:00:00.000Z",
  updatedAt: "2026-01-01T00:00:00.000Z",
};

it("text stored by the previous release is migrated once, and for its user only", () => {
  localStorage.setItem("flowline-record-record_1@key_b", JSON.stringify({ draft, seen }));
  expect(readAndRemoveLegacyRecordForm("record_1")).toBeUndefined();
  localStorage.setItem("flowline-record-record_1@key_a", JSON.stringify({ draft, seen }));
  expect(readAndRemoveLegacyRecordForm("record_1")).toEqual({ draft, seen });
  expect(readAndRemoveLegacyRecordForm("record_1")).toBeUndefined();
});

it("the stored text of a new record is read, although it has no saved record", () => {
  expect(parsePersistedRecordForm({ draft })).toEqual({ draft });
});

it.each(["{", "null", '{"draft":{"type":"a"}}', '{"draft":{"type":"","name":"","text":""},"seen":{}}'])(
  "invalid stored text is ignored: %s",
  (text) => {
    localStorage.setItem("flowline-record-record_1@key_a", text);
    expect(readAndRemoveLegacyRecordForm("record_1")).toBeUndefined();
  },
);
