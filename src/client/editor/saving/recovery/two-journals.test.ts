import { expect, it } from "vitest";
import type { StepKey } from "#core/document/flow-document.ts";
import type { FakePage } from "#client/document/journal/testing/fake-browser.ts";
import { addConflictDecision } from "#client/document/remote/decisions.ts";
import { isEditBaseBehindServerVersion } from "#client/document/remote/flow-version.ts";
import { renames, crashPages, newerFlow, reopen } from "./testing/leave-behind.ts";

const sendRenamed = ({ openFlow }: FakePage) =>
  openFlow.edit({ type: "renameStep", key: "send" as StepKey, name: "Post" });
const stepNames = ({ openFlow }: FakePage) =>
  openFlow.getState().history.document.steps.map(({ fields }) => fields["name"]);

it("two journals with unsaved work on one flow are offered one after the other, the newest first", async () => {
  const { recovery, name, item } = await reopen(await crashPages(renames("Old"), renames("New")));
  expect(name()).toBe("New");
  expect(recovery.getState()).toMatchObject({ number: 1, total: 2 });
  await recovery.next();
  expect([item()?.type, name(), recovery.getState().number]).toEqual(["offered", "New", 2]);
});

it("two journals with unsaved work on one flow are merged as one edit when they change different things, and one undo separates them again", async () => {
  const { recovery, page } = await reopen(await crashPages(sendRenamed, renames("Get")));
  await recovery.next();
  await recovery.mergeIntoPage();
  expect(stepNames(page)).toEqual(["Get", "Post"]);
  expect(recovery.getState().item).toBeUndefined();
  page.openFlow.undo();
  expect(stepNames(page)).toEqual(["Get", "Send"]);
});

it("two journals with unsaved work on one flow are not merged when they conflict: the second can replace the first, and undo restores the first", async () => {
  const { recovery, name, item, page } = await reopen(await crashPages(renames("Old"), renames("New")));
  await recovery.next();
  await recovery.mergeIntoPage();
  expect([item(), name()]).toMatchObject([{ type: "offered", isConflicting: true }, "New"]);
  await recovery.keep();
  expect(name()).toBe("Old");
  page.openFlow.undo();
  expect(name()).toBe("New");
});

it("two journals with unsaved work on one flow with invalid input in the same field keep both texts: undo restores the text that was replaced", async () => {
  const broken = (text: string) => ({
    key: "send" as StepKey,
    field: "config",
    text,
    message: "Unfinished.",
  });
  const { recovery, page, item } = await reopen(
    await crashPages(
      ({ openFlow }) => openFlow.setInvalidInput(broken("{ old")),
      ({ openFlow }) => {
        openFlow.setInvalidInput(broken("{ new"));
      },
    ),
  );
  const texts = () => page.openFlow.getState().invalidInputs.map(({ text }) => text);
  expect(texts()).toEqual(["{ new"]);
  await recovery.next();
  await recovery.mergeIntoPage();
  expect(item()).toMatchObject({ type: "offered", isConflicting: true });
  await recovery.keep();
  expect(texts()).toEqual(["{ old"]);
  page.openFlow.undo();
  expect(texts()).toEqual(["{ new"]);
  page.openFlow.redo();
  expect(texts()).toEqual(["{ old"]);
});

it("two journals with unsaved work on one flow are not merged when one has invalid input in a field that the other changed", async () => {
  const typing = ({ openFlow }: FakePage) =>
    openFlow.setInvalidInput({
      key: "fetch" as StepKey,
      field: "name",
      text: "x".repeat(999),
      message: "Long.",
    });
  for (const pageEdits of [
    [typing, renames("Get")],
    [renames("Get"), typing],
  ]) {
    const { recovery, page, item, name } = await reopen(await crashPages(...pageEdits));
    const first = [name(), page.openFlow.getState().invalidInputs.length];
    await recovery.next();
    await recovery.mergeIntoPage();
    expect(item()).toMatchObject({ type: "offered", isConflicting: true });
    expect([name(), page.openFlow.getState().invalidInputs.length]).toEqual(first);
  }
});

it("two journals with unsaved work on one flow keep the texts merged by hand in each of them, whether their work is merged or one replaces the other", async () => {
  const decideBy =
    (id: string): ((page: FakePage) => void) =>
    ({ openFlow }) => {
      const conflict = { type: "field", id, key: undefined, path: [id], preset: "mine" } as const;
      const seen = { ...conflict, base: "", mine: "m", theirs: "t" };
      openFlow.decide((decisions) => addConflictDecision(decisions, seen, { value: `Both ${id}` }));
    };
  const both = [
    (page: FakePage) => [sendRenamed, decideBy("first")].forEach((act) => act(page)),
    (page: FakePage) => [renames("Get"), decideBy("second")].forEach((act) => act(page)),
  ];
  for (const take of ["mergeIntoPage", "keep"] as const) {
    const { recovery, page } = await reopen(await crashPages(...both));
    await recovery.next();
    await recovery[take]();
    const { decisions } = page.openFlow.getState();
    expect([...decisions.keys()].toSorted()).toEqual(["first", "second"]);
  }
});

it("two journals with unsaved work on one flow keep their own base versions: work based on an older version replaces the page's edits without rebasing", async () => {
  const browser = await crashPages(renames("Get"));
  const { recovery, name, words, page } = await reopen(browser, {
    flow: newerFlow,
    edit: ({ openFlow }) => openFlow.edit({ type: "renameFlow", name: "Mine" }),
  });
  await recovery.keep();
  expect([name(), words()]).toEqual(["Get", "Changed elsewhere"]);
  expect(isEditBaseBehindServerVersion(page.openFlow.getState())).toBe(true);
  page.openFlow.undo();
  expect([page.openFlow.getState().history.document.name, words()]).toEqual(["Mine", "1 unsaved change"]);
});
