import { afterEach, describe, expect, it, vi } from "vitest";
import type { Flow } from "#contract/flow.ts";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { claimJournal } from "#client/document/journal/claim-journal.ts";
import { findJournals } from "#client/document/journal/find-journals.ts";
import { type FakePage, nameOf, rename, sampleFlow } from "#client/document/journal/testing/fake-browser.ts";
import { readRecords } from "#client/document/journal/testing/look-at-storage.ts";
import { editsOf, leaveBehind, newer, ofFlow, openFlowAgain, recoverOn } from "./testing/leave-behind.ts";

afterEach(() => vi.restoreAllMocks());

describe("edits that a page died with", () => {
  it("are back on the next one as they were, with their undo, and on the device only once", async () => {
    const browser = await leaveBehind(editsOf("Get", "Read"));
    const { page, item, name, words } = await openFlowAgain(browser);
    expect(item()?.type).toBe("recovered");
    expect(name()).toBe("Read");
    expect(words()).toBe("2 unsaved changes");
    page.openFlow.undo();
    expect(name()).toBe("Get");
    await page.keeper.flush();
    expect((await readRecords(page.site)).journals).toHaveLength(1);
  });

  it("are discarded as one edit, which undo takes back: the page's own and the bar's", async () => {
    const { recovery, item, name, words, page } = await openFlowAgain(await leaveBehind(editsOf("Get")));
    await recovery.discard();
    expect([item()?.type, name(), words()]).toEqual(["discarded", "Fetch", "Saved"]);
    const discarded = item();
    if (discarded?.type !== "discarded") expect.fail();
    discarded.undo();
    expect([item()?.type, name(), words()]).toEqual(["recovered", "Get", "1 unsaved change"]);
    await recovery.discard();
    page.openFlow.undo();
    expect(item()?.type).toBe("recovered");
    await recovery.discard();
    page.openFlow.edit({ type: "renameFlow", name: "Other" });
    await vi.waitFor(() => expect(item()).toBeUndefined());
  });

  it("are left alone where the server has moved on, until somebody decides", async () => {
    const { item, name, words } = await openFlowAgain(await leaveBehind(editsOf("Get")), { flow: newer });
    expect([item()?.type, name(), words()]).toEqual(["offered", "Fetch", "Saved"]);
  });

  it("wait for what the server holds now, where the page shows an older version", async () => {
    const browser = await leaveBehind(({ openFlow }) => {
      openFlow.noticeServer(newer, false, { isOpening: true });
      openFlow.edit(rename("Get"));
    });
    const { page, begun, read, item, name } = await openFlowAgain(browser, { isWaiting: true });
    page.openFlow.noticeServer(newer, false, { isOpening: true });
    read();
    await begun;
    expect([item()?.type, name()]).toEqual(["recovered", "Get"]);
  });

  it("are brought back too where that version comes later than it was waited for", async () => {
    const browser = await leaveBehind(({ openFlow }) => {
      openFlow.noticeServer(newer, false, { isOpening: true });
      openFlow.edit(rename("Get"));
    });
    const { page, item, name } = await openFlowAgain(browser);
    expect(item()?.type).toBe("offered");
    page.openFlow.noticeServer(newer, false, { isOpening: true });
    expect([item()?.type, name()]).toEqual(["recovered", "Get"]);
  });
});

describe("edits that a page died with while they were being saved", () => {
  const steps = [buildStep("fetch", { name: "Get" }), buildStep("send")];
  const edited = { ...newer, ...buildFlow("Digest", steps) };
  const dieSaving = (...later: readonly string[]) =>
    leaveBehind((page) => {
      page.openFlow.edit(rename("Get"));
      page.openFlow.beginSave();
      editsOf(...later)(page);
    });
  const keyOf = async (browser: Awaited<ReturnType<typeof dieSaving>>) => {
    const { journals } = await readRecords(browser.openSite());
    return journals[0]?.sends?.[0]?.key ?? "";
  };
  const heldNow = (flow: Flow, keys: readonly (string | null)[]) => ({
    ...flow,
    revision: 3,
    saveKeys: [...keys],
  });

  it("are saved, and nothing is said, where the server has written them", async () => {
    const browser = await dieSaving();
    const { item, name, words, page } = await openFlowAgain(browser, {
      flow: heldNow(edited, [await keyOf(browser)]),
    });
    expect([item(), name(), words()]).toEqual([undefined, "Get", "Saved"]);
    page.openFlow.undo();
    expect([name(), words()]).toEqual(["Fetch", "1 unsaved change"]);
  });

  it("are back with only what came after the save left to be saved", async () => {
    const browser = await dieSaving("Read");
    const { item, name, words } = await openFlowAgain(browser, {
      flow: heldNow(edited, [await keyOf(browser)]),
    });
    expect([name(), words()]).toEqual(["Read", "1 unsaved change"]);
    expect(item()).toMatchObject({ type: "recovered", draft: { claimed: { found: { unsaved: 1 } } } });
  });

  it("do not write again what somebody took back of them since", async () => {
    const browser = await dieSaving();
    const held = heldNow({ ...sampleFlow, versionToken: "3-x", updatedAt: newer.updatedAt }, [
      null,
      await keyOf(browser),
    ]);
    const { item, recovery, name, words } = await openFlowAgain(browser, { flow: held });
    expect(item()?.type).toBe("offered");
    await recovery.keepAndCatchUp();
    expect([name(), words()]).toEqual(["Fetch", "Saved"]);
  });
});

describe("what is being typed while edits of an earlier page are found", () => {
  const type = ({ openFlow }: FakePage) => {
    let typed: string | undefined = "Typed";
    openFlow.onSettle(() => {
      if (typed !== undefined) openFlow.edit(rename(typed));
      typed = undefined;
    });
  };

  it("is an edit, over which nothing is put that nobody chose", async () => {
    const { item, name, words } = await openFlowAgain(await leaveBehind(editsOf("Get")), { edit: type });
    expect([item()?.type, name(), words()]).toEqual(["offered", "Typed", "1 unsaved change"]);
  });

  it("is one too where they are found later to be on the version that the server holds", async () => {
    const browser = await leaveBehind(({ openFlow }) => {
      openFlow.noticeServer(newer, false, { isOpening: true });
      openFlow.edit(rename("Get"));
    });
    const { page, item, name } = await openFlowAgain(browser);
    type(page);
    page.openFlow.noticeServer(newer, false, { isOpening: true });
    expect([item()?.type, name()]).toEqual(["offered", "Typed"]);
  });
});

describe("edits over which the server has moved on", () => {
  const openOffered = async (flow = newer) => openFlowAgain(await leaveBehind(editsOf("Get")), { flow });

  it("are kept on their own version, so that saving meets the newer one", async () => {
    const { recovery, name, words, page, item } = await openOffered();
    await recovery.keep();
    expect([name(), words(), item()]).toEqual(["Get", "Changed elsewhere", undefined]);
    expect(page.openFlow.getState().history.base.version.token).toBe("1-x");
    await page.keeper.flush();
    expect((await readRecords(page.site)).journals).toHaveLength(1);
  });

  it("are merged at once, or are said to clash", async () => {
    const { recovery, name, words, page } = await openOffered();
    expect(await recovery.keepAndCatchUp()).toBe(false);
    expect([name(), page.openFlow.getState().history.document.name, words()]).toEqual([
      "Get",
      "Theirs",
      "1 unsaved change",
    ]);
    const clashing = {
      ...newer,
      ...buildFlow("Digest", [buildStep("fetch", { name: "Load" }), buildStep("send")]),
    };
    const other = await openOffered(clashing);
    expect(await other.recovery.keepAndCatchUp()).toBe(true);
    expect([other.name(), other.words()]).toEqual(["Get", "Changed elsewhere"]);
  });

  it("can be discarded and had back; decided later, they are offered to the next page", async () => {
    const browser = await leaveBehind(editsOf("Get"));
    const { recovery, item, page } = await openFlowAgain(browser, { flow: newer });
    await recovery.discard();
    expect(await findJournals(browser.openSite(), ofFlow)).toEqual([]);
    const discarded = item();
    if (discarded?.type !== "discarded") expect.fail();
    discarded.undo();
    await vi.waitFor(() => expect(item()?.type).toBe("offered"));
    await recovery.next();
    expect(item()).toBeUndefined();
    expect(await findJournals(browser.openSite(), ofFlow)).toHaveLength(1);
    expect(nameOf(page.openFlow.getState().history.document)).toBe("Fetch");
  });

  it("are free for others once the page is left", async () => {
    const browser = await leaveBehind(editsOf("Get"));
    const { recovery } = await openFlowAgain(browser, { flow: newer });
    expect(await findJournals(browser.openSite(), ofFlow)).toEqual([]);
    recovery.end();
    expect(await findJournals(browser.openSite(), ofFlow)).toHaveLength(1);
  });

  it("decided twice in a row are taken once", async () => {
    const { recovery, page } = await openOffered();
    await Promise.all([recovery.keep(), recovery.keep()]);
    expect(page.openFlow.getState().history.entries).toHaveLength(1);
  });
});

describe("what cannot simply be taken", () => {
  it("is told where another page was faster, and only of the first", async () => {
    const browser = await leaveBehind(editsOf("Get"));
    const faster = browser.openSite();
    const [found] = await findJournals(faster, ofFlow);
    const page = browser.openPage();
    const recovery = recoverOn(page);
    await claimJournal(faster, found!.id);
    await recovery.begin([found!]);
    expect(recovery.getState().item?.type).toBe("taken");
    await recovery.next();
    expect(recovery.getState().item).toBeUndefined();
  });

  it("is offered with what could be read of it, and as a file with what could not", async () => {
    const browser = await leaveBehind(editsOf("Get", "Read"));
    const site = browser.openSite();
    const connection = await site.database.connect();
    const parts = await connection.getAll("parts");
    const last = parts.find((part) => part.kind === "entry" && part.number === 1);
    await connection.put("parts", { ...last!, command: { type: "foldSteps" } } as never);
    const { item, name, recovery } = await openFlowAgain(browser);
    const offered = item();
    if (offered?.type !== "offered") expect.fail(offered?.type);
    expect(offered.draft.rest).toMatchObject({ type: "partly", lost: 1 });
    expect(name()).toBe("Fetch");
    await recovery.keep();
    expect(name()).toBe("Get");
  });

  it("is kept as it is where nothing of it can be read", async () => {
    const browser = await leaveBehind(editsOf("Get"));
    const site = browser.openSite();
    const connection = await site.database.connect();
    const [journal] = await connection.getAll("journals");
    await connection.put("journals", { ...journal!, format: 99 });
    const { item, name } = await openFlowAgain(browser);
    expect(item()).toMatchObject({ type: "unreadable", claimed: { content: { fault: "other-version" } } });
    expect(name()).toBe("Fetch");
  });
});
