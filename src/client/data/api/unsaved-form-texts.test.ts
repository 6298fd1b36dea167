import { beforeEach, expect, it, vi } from "vitest";
import type { ServerCapabilities } from "#contract/local.ts";
import { createMemoryStorage } from "#client/data/testing/memory-storage.ts";
import { pageUserIdentityTracker } from "./page-identity.ts";
import { type UnsavedFormText, unsavedFormTexts } from "./unsaved-form-texts.ts";

const server: Partial<ServerCapabilities> = { auth: "required", signedIn: true, identity: "key_a" };
pageUserIdentityTracker.adopt(server as ServerCapabilities);

const text = (form: string, editedAt = Date.now()): UnsavedFormText => ({
  form,
  title: form,
  path: "/flows",
  editedAt,
  value: { name: form },
});

let held: string[] = [];

beforeEach(() => {
  held = [];
  vi.stubGlobal("localStorage", createMemoryStorage());
  vi.stubGlobal("navigator", {
    locks: {
      query: () => Promise.resolve({ held: held.map((name) => ({ name })) }),
      request: (name: string, run: () => Promise<void>) => {
        held.push(name);
        return run().then(() => void (held = held.filter((other) => other !== name)));
      },
    },
  });
});

function storeInTab(tab: string, entry: UnsavedFormText, identity = "key_a") {
  localStorage.setItem(`flowline-typing-${tab}-${entry.form}@${identity}`, JSON.stringify({ ...entry, tab }));
}

const formsOf = (texts: readonly UnsavedFormText[]) => texts.map(({ form }) => form);

it("unsaved form text is counted in all tabs, and listed only if no tab has its form open", async () => {
  unsavedFormTexts.store(text("record-1", 3));
  held.push("flowline:typing:other");
  storeInTab("other", text("record-2", 2));
  storeInTab("closed", text("record-3", 1));
  expect(formsOf(await unsavedFormTexts.listAll())).toEqual(["record-1", "record-2", "record-3"]);
  expect(formsOf(await unsavedFormTexts.list())).toEqual(["record-3"]);
  unsavedFormTexts.forget("record-1");
});

it("the form text of a crashed tab is restored exactly once", async () => {
  storeInTab("crashed", text("new-flow"));
  expect(await unsavedFormTexts.take("new-flow")).toMatchObject({ value: { name: "new-flow" } });
  expect(await unsavedFormTexts.take("new-flow")).toBeUndefined();
  expect(await unsavedFormTexts.listAll()).toEqual([]);
});

it("sending a form deletes its stored text, but keeps the text that another tab stored for the same form", async () => {
  unsavedFormTexts.store(text("record-1"));
  unsavedFormTexts.leave(text("record-1"));
  unsavedFormTexts.forget("record-1");
  expect(await unsavedFormTexts.listAll()).toEqual([]);
  expect(held).toEqual([]);
  storeInTab("crashed", text("record-1"));
  await unsavedFormTexts.list();
  unsavedFormTexts.forget("record-1");
  expect(formsOf(await unsavedFormTexts.list())).toEqual(["record-1"]);
});

it("form text of another user is neither shown nor deleted", async () => {
  storeInTab("closed", text("record-1"), "key_b");
  unsavedFormTexts.leave(text("record-2"));
  expect(formsOf(await unsavedFormTexts.list())).toEqual(["record-2"]);
  pageUserIdentityTracker.clearStorage();
  expect(Object.keys(localStorage)).toEqual(["flowline-typing-closed-record-1@key_b"]);
});

it.each([
  ["half of a JSON object", "{"],
  ["null", "null"],
  ["no path", '{"form":"a"}'],
  ["a path to another origin", JSON.stringify({ ...text("a"), tab: "t", path: "//example.com" })],
])("stored text with %s is ignored", async (_name, stored) => {
  localStorage.setItem("flowline-text-a@key_a", stored);
  expect(await unsavedFormTexts.list()).toEqual([]);
  expect(await unsavedFormTexts.take("a")).toBeUndefined();
});

it("no form text is stored while the user signs out and has chosen to delete unsaved work", async () => {
  pageUserIdentityTracker.setSignOut("discarding");
  unsavedFormTexts.store(text("record-1"));
  unsavedFormTexts.leave(text("record-2"));
  expect(await unsavedFormTexts.listAll()).toEqual([]);
  pageUserIdentityTracker.setSignOut("none");
  unsavedFormTexts.store(text("record-1"));
  expect(await unsavedFormTexts.listAll()).toHaveLength(1);
});
