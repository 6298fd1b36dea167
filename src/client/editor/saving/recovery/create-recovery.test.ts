import { acknowledge, markAsSent, receiveVersion } from "#client/document/testing/receive.ts";
import { describe, expect, it, vi } from "vitest";
import type { Flow } from "#contract/flow.ts";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { claimJournal } from "#client/document/journal/claim-journal.ts";
import { listUnopenedJournalsOfFlow } from "#client/document/journal/list-unopened-journals.ts";
import {
  type FakePage,
  firstName,
  renameFetch,
  digestFlow,
} from "#client/document/journal/testing/fake-browser.ts";
import { readRecords } from "#client/document/journal/testing/read-journal-records.ts";
import { renames, crashPages, newerFlow, ofFlow, reopen, createRecovery } from "./testing/leave-behind.ts";

it("unsaved edits of a crashed page are restored on the next page with their undo history, and are stored on the device only once", async () => {
  const browser = await crashPages(renames("Get", "Read"));
  const { page, item, name, words } = await reopen(browser);
  expect(item()?.type).toBe("recovered");
  expect(name()).toBe("Read");
  expect(words()).toBe("2 unsaved changes");
  page.openFlow.undo();
  expect(name()).toBe("Get");
  await page.keeper.flush();
  expect((await readRecords(page.site)).journals).toHaveLength(1);
});

it("unsaved edits of a crashed page are discarded as one edit, which undo in the page and Undo in the recovery bar both revert", async () => {
  const { recovery, item, name, words, page } = await reopen(await crashPages(renames("Get")));
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

it("unsaved edits of a crashed page are not offered again once they are saved, even if later edits are unsaved", async () => {
  const { page, item, recovery } = await reopen(await crashPages(renames("Get"), renames("Read")));
  expect([item()?.type, recovery.getState().number]).toEqual(["recovered", 1]);
  const sent = markAsSent(page.openFlow);
  renames("Later")(page);
  expect(item()?.type).toBe("recovered");
  acknowledge(
    page.openFlow,
    { ...newerFlow, ...buildFlow("Digest", [buildStep("fetch", { name: "Read" })]) },
    sent,
  );
  await vi.waitFor(() => expect(item()?.type).toBe("offered"));
  expect(recovery.getState().number).toBe(2);
});

it("unsaved edits of a crashed page are not offered again once they are undone, since nothing is left to discard", async () => {
  const { page, item } = await reopen(await crashPages(renames("Get")));
  expect(item()?.type).toBe("recovered");
  page.openFlow.undo();
  await vi.waitFor(() => expect(item()).toBeUndefined());
});

it("unsaved edits of a crashed page stay recoverable after a remote version is merged into them, until they are saved", async () => {
  const { page, item } = await reopen(await crashPages(renames("Get")));
  receiveVersion(page.openFlow, newerFlow);
  page.openFlow.rebase({ ...page.openFlow.getState().history.document, name: "Theirs" }, "merged");
  expect(item()?.type).toBe("recovered");
  const sent = markAsSent(page.openFlow);
  acknowledge(page.openFlow, { ...newerFlow, versionToken: "3-x" }, sent);
  await vi.waitFor(() => expect(item()).toBeUndefined());
});

it("unsaved edits of a crashed page are offered instead of restored if the server has a newer version", async () => {
  const { item, name, words } = await reopen(await crashPages(renames("Get")), { flow: newerFlow });
  expect([item()?.type, name(), words()]).toEqual(["offered", "Fetch", "Saved"]);
});

it("unsaved edits of a crashed page are restored after the page has loaded the server version that they are based on", async () => {
  const browser = await crashPages(({ openFlow }) => {
    receiveVersion(openFlow, newerFlow, { isOpening: true });
    openFlow.edit(renameFetch("Get"));
  });
  const { page, begun, read, item, name } = await reopen(browser, { isWaiting: true });
  receiveVersion(page.openFlow, newerFlow, { isOpening: true });
  read();
  await begun;
  expect([item()?.type, name()]).toEqual(["recovered", "Get"]);
});

const steps = [buildStep("fetch", { name: "Get" }), buildStep("send")];
const edited = { ...newerFlow, ...buildFlow("Digest", steps) };
const crashDuringSave = (...later: readonly string[]) =>
  crashPages((page) => {
    page.openFlow.edit(renameFetch("Get"));
    markAsSent(page.openFlow);
    renames(...later)(page);
  });
const keyOf = async (browser: Awaited<ReturnType<typeof crashDuringSave>>) => {
  const { journals } = await readRecords(browser.openSite());
  return journals[0]?.sends?.[0]?.key ?? "";
};
const withSaveKeys = (flow: Flow, keys: readonly (string | null)[]) => ({
  ...flow,
  revision: 3,
  saveKeys: [...keys],
});

it("unsaved edits of a page that crashed during a save count as saved, without a report, if the server has written them", async () => {
  const browser = await crashDuringSave();
  const { item, name, words, page } = await reopen(browser, {
    flow: withSaveKeys(edited, [await keyOf(browser)]),
  });
  expect([item(), name(), words()]).toEqual([undefined, "Get", "Saved"]);
  page.openFlow.undo();
  expect([name(), words()]).toEqual(["Fetch", "1 unsaved change"]);
});

it("unsaved edits of a page that crashed during a save are restored, and only the edits made after the save count as unsaved", async () => {
  const browser = await crashDuringSave("Read");
  const { item, name, words } = await reopen(browser, { flow: withSaveKeys(edited, [await keyOf(browser)]) });
  expect([name(), words()]).toEqual(["Read", "1 unsaved change"]);
  expect(item()).toMatchObject({ type: "recovered", recoverable: { claimed: { found: { unsaved: 1 } } } });
});

it("unsaved edits of a page that crashed during a save are not reapplied if another client has reverted them since", async () => {
  const browser = await crashDuringSave();
  const held = withSaveKeys({ ...digestFlow, versionToken: "3-x", updatedAt: newerFlow.updatedAt }, [
    null,
    await keyOf(browser),
  ]);
  const { item, recovery, name, words } = await reopen(browser, { flow: held });
  expect(item()?.type).toBe("offered");
  await recovery.mergeWithServer();
  expect([name(), words()]).toEqual(["Fetch", "Saved"]);
});

describe("text typed before a journal of the same flow is found", () => {
  const type = ({ openFlow }: FakePage) => {
    let typed: string | undefined = "Typed";
    openFlow.onFlush(() => {
      if (typed !== undefined) openFlow.edit(renameFetch(typed));
      typed = undefined;
    });
  };

  it("becomes an edit; the work in the journal is offered and does not replace the edit", async () => {
    const { item, name, words } = await reopen(await crashPages(renames("Get")), { edit: type });
    expect([item()?.type, name(), words()]).toEqual(["offered", "Typed", "1 unsaved change"]);
  });

  it("becomes an edit before a newer server version is loaded, and the work in the journal does not replace it", async () => {
    const browser = await crashPages(({ openFlow }) => {
      receiveVersion(openFlow, newerFlow, { isOpening: true });
      openFlow.edit(renameFetch("Get"));
    });
    const { page, item, name } = await reopen(browser);
    type(page);
    receiveVersion(page.openFlow, newerFlow, { isOpening: true });
    expect([item()?.type, name()]).toEqual(["offered", "Typed"]);
  });
});

const openOffered = async (flow = newerFlow) => reopen(await crashPages(renames("Get")), { flow });

it("unsaved edits of a flow that changed on the server since are restored on the version that they are based on, so that saving detects the newer version", async () => {
  const { recovery, name, words, page, item } = await openOffered();
  await recovery.keep();
  expect([name(), words(), item()]).toEqual(["Get", "Changed elsewhere", undefined]);
  expect(page.openFlow.getState().history.base.version.token).toBe("1-x");
  await page.keeper.flush();
  expect((await readRecords(page.site)).journals).toHaveLength(1);
});

it("unsaved edits of a flow that changed on the server since are merged at once, or are reported as a conflict", async () => {
  const { recovery, name, words, page } = await openOffered();
  expect(await recovery.mergeWithServer()).toBe(false);
  expect([name(), page.openFlow.getState().history.document.name, words()]).toEqual([
    "Get",
    "Theirs",
    "1 unsaved change",
  ]);
  const conflicting = {
    ...newerFlow,
    ...buildFlow("Digest", [buildStep("fetch", { name: "Load" }), buildStep("send")]),
  };
  const other = await openOffered(conflicting);
  expect(await other.recovery.mergeWithServer()).toBe(true);
  expect([other.name(), other.words()]).toEqual(["Get", "Changed elsewhere"]);
});

it("unsaved edits of a flow that changed on the server since can be discarded and restored, and are offered to the next page if the user does not decide", async () => {
  const browser = await crashPages(renames("Get"));
  const { recovery, item, page } = await reopen(browser, { flow: newerFlow });
  await recovery.discard();
  expect(await listUnopenedJournalsOfFlow(browser.openSite(), ofFlow)).toEqual([]);
  const discarded = item();
  if (discarded?.type !== "discarded") expect.fail();
  discarded.undo();
  await vi.waitFor(() => expect(item()?.type).toBe("offered"));
  await recovery.next();
  expect(item()).toBeUndefined();
  expect(await listUnopenedJournalsOfFlow(browser.openSite(), ofFlow)).toHaveLength(1);
  expect(firstName(page.openFlow.getState().history.document)).toBe("Fetch");
});

it("unsaved edits of a flow that changed on the server since can be claimed by other pages once the page is left", async () => {
  const browser = await crashPages(renames("Get"));
  const { recovery } = await reopen(browser, { flow: newerFlow });
  expect(await listUnopenedJournalsOfFlow(browser.openSite(), ofFlow)).toEqual([]);
  recovery.end();
  expect(await listUnopenedJournalsOfFlow(browser.openSite(), ofFlow)).toHaveLength(1);
});

it("unsaved edits of a flow that changed on the server since are restored only once if the user clicks Restore twice", async () => {
  const { recovery, page } = await openOffered();
  await Promise.all([recovery.keep(), recovery.keep()]);
  expect(page.openFlow.getState().history.entries).toHaveLength(1);
});

it("a journal that cannot be restored completely is reported once if another page claimed it first", async () => {
  const browser = await crashPages(renames("Get"));
  const faster = browser.openSite();
  const [found] = await listUnopenedJournalsOfFlow(faster, ofFlow);
  const page = browser.openPage();
  const recovery = createRecovery(page);
  await claimJournal(faster, found!.id);
  await recovery.begin([found!]);
  expect(recovery.getState().item?.type).toBe("taken");
  await recovery.next();
  expect(recovery.getState().item).toBeUndefined();
});

it("a journal that cannot be restored completely is offered with its readable part, and its raw data as a file", async () => {
  const browser = await crashPages(renames("Get", "Read"));
  const site = browser.openSite();
  const connection = await site.database.connect();
  const parts = await connection.getAll("parts");
  const last = parts.find((part) => part.kind === "entry" && part.number === 1);
  await connection.put("parts", { ...last!, command: { type: "foldSteps" } } as never);
  const { item, name, recovery } = await reopen(browser);
  const offered = item();
  if (offered?.type !== "offered") expect.fail(offered?.type);
  expect(offered.recoverable.rest).toMatchObject({ type: "partly", lost: 1 });
  expect(name()).toBe("Fetch");
  await recovery.keep();
  expect(name()).toBe("Get");
});

it("a journal that cannot be restored completely stays in storage unchanged if it is unreadable", async () => {
  const browser = await crashPages(renames("Get"));
  const site = browser.openSite();
  const connection = await site.database.connect();
  const [journal] = await connection.getAll("journals");
  await connection.put("journals", { ...journal!, format: 99 });
  const { item, name } = await reopen(browser);
  expect(item()).toMatchObject({ type: "unreadable", claimed: { content: { fault: "other-version" } } });
  expect(name()).toBe("Fetch");
});
