import { afterEach, describe, expect, it, vi } from "vitest";
import type { StepKey } from "#core/flow-document.ts";
import type { FakePage } from "#client/document/journal/testing/fake-browser.ts";
import { decide } from "#client/document/decisions.ts";
import { isBehind } from "#client/document/flow-version.ts";
import { editsOf, leaveBehind, newer, openFlowAgain } from "./testing/leave-behind.ts";

afterEach(() => vi.restoreAllMocks());

describe("two drafts of one flow", () => {
  const sendRenamed = ({ openFlow }: FakePage) =>
    openFlow.edit({ type: "renameStep", key: "send" as StepKey, name: "Post" });
  const stepNames = ({ openFlow }: FakePage) =>
    openFlow.getState().history.document.steps.map(({ fields }) => fields["name"]);

  it("come one after the other, the newest first", async () => {
    const { recovery, name, item } = await openFlowAgain(await leaveBehind(editsOf("Old"), editsOf("New")));
    expect(name()).toBe("New");
    expect(recovery.getState()).toMatchObject({ number: 1, total: 2 });
    await recovery.next();
    expect([item()?.type, name(), recovery.getState().number]).toEqual(["offered", "New", 2]);
  });

  it("are brought together as one edit where they change different things, and one undo parts them again", async () => {
    const { recovery, page } = await openFlowAgain(await leaveBehind(sendRenamed, editsOf("Get")));
    await recovery.next();
    await recovery.mergeIn();
    expect(stepNames(page)).toEqual(["Get", "Post"]);
    expect(recovery.getState().item).toBeUndefined();
    page.openFlow.undo();
    expect(stepNames(page)).toEqual(["Get", "Send"]);
  });

  it("that change the same are not brought together; the other can take its place, and undo has the first back", async () => {
    const { recovery, name, item, page } = await openFlowAgain(
      await leaveBehind(editsOf("Old"), editsOf("New")),
    );
    await recovery.next();
    await recovery.mergeIn();
    expect([item(), name()]).toMatchObject([{ type: "offered", isClashing: true }, "New"]);
    await recovery.keep();
    expect(name()).toBe("Old");
    page.openFlow.undo();
    expect(name()).toBe("New");
  });

  it("with texts in the same field do not lose either: those of the page are back with the undo", async () => {
    const broken = (text: string) => ({
      key: "send" as StepKey,
      field: "config",
      text,
      message: "Unfinished.",
    });
    const { recovery, page, item } = await openFlowAgain(
      await leaveBehind(
        ({ openFlow }) => openFlow.setBrokenText(broken("{ old")),
        ({ openFlow }) => {
          openFlow.setBrokenText(broken("{ new"));
        },
      ),
    );
    const texts = () => page.openFlow.getState().brokenTexts.map(({ text }) => text);
    expect(texts()).toEqual(["{ new"]);
    await recovery.next();
    await recovery.mergeIn();
    expect(item()).toMatchObject({ type: "offered", isClashing: true });
    await recovery.keep();
    expect(texts()).toEqual(["{ old"]);
    page.openFlow.undo();
    expect(texts()).toEqual(["{ new"]);
    page.openFlow.redo();
    expect(texts()).toEqual(["{ old"]);
  });

  it("of which one has a half-typed text over what the other changed are not brought together", async () => {
    const typing = ({ openFlow }: FakePage) =>
      openFlow.setBrokenText({
        key: "fetch" as StepKey,
        field: "name",
        text: "x".repeat(999),
        message: "Long.",
      });
    for (const lots of [
      [typing, editsOf("Get")],
      [editsOf("Get"), typing],
    ]) {
      const { recovery, page, item, name } = await openFlowAgain(await leaveBehind(...lots));
      const first = [name(), page.openFlow.getState().brokenTexts.length];
      await recovery.next();
      await recovery.mergeIn();
      expect(item()).toMatchObject({ type: "offered", isClashing: true });
      expect([name(), page.openFlow.getState().brokenTexts.length]).toEqual(first);
    }
  });

  it("bring along what was put together by hand in each, whichever way they are taken", async () => {
    const decideBy =
      (id: string): ((page: FakePage) => void) =>
      ({ openFlow }) => {
        const clash = { type: "field", id, key: undefined, path: [id], preset: "mine" } as const;
        const seen = { ...clash, base: "", mine: "m", theirs: "t" };
        openFlow.decide((decisions) => decide(decisions, seen, { value: `Both ${id}` }));
      };
    const both = [
      (page: FakePage) => [sendRenamed, decideBy("first")].forEach((act) => act(page)),
      (page: FakePage) => [editsOf("Get"), decideBy("second")].forEach((act) => act(page)),
    ];
    for (const take of ["mergeIn", "keep"] as const) {
      const { recovery, page } = await openFlowAgain(await leaveBehind(...both));
      await recovery.next();
      await recovery[take]();
      const { decisions } = page.openFlow.getState();
      expect([...decisions.keys()].toSorted()).toEqual(["first", "second"]);
    }
  });

  it("count their own edits, whatever the other had", async () => {
    const thrice = (page: FakePage) => {
      editsOf("Old")(page);
      for (const name of ["P", "Q"]) page.openFlow.edit({ type: "renameFlow", name });
    };
    const { recovery, words, page } = await openFlowAgain(await leaveBehind(thrice, editsOf("New")));
    expect(words()).toBe("1 unsaved change");
    await recovery.next();
    await recovery.keep();
    expect(words()).toBe("3 unsaved changes");
    page.openFlow.undo();
    expect(words()).toBe("1 unsaved change");
  });

  it("of which one stands on another version: it takes the place on that version, never over the newer one", async () => {
    const browser = await leaveBehind(editsOf("Get"));
    const { recovery, name, words, page } = await openFlowAgain(browser, {
      flow: newer,
      edit: ({ openFlow }) => openFlow.edit({ type: "renameFlow", name: "Mine" }),
    });
    await recovery.keep();
    expect([name(), words()]).toEqual(["Get", "Changed elsewhere"]);
    expect(isBehind(page.openFlow.getState())).toBe(true);
    page.openFlow.undo();
    expect([page.openFlow.getState().history.document.name, words()]).toEqual(["Mine", "1 unsaved change"]);
  });
});
