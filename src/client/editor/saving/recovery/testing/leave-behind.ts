import { openSaved } from "#client/document/testing/receive.ts";
import { vi } from "vitest";
import type { Flow } from "#contract/flow.ts";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { claimJournal } from "#client/document/journal/claim-journal.ts";
import { listUnopenedJournalsOfFlow } from "#client/document/journal/list-unopened-journals.ts";
import {
  type FakePage,
  FAKE_SERVER_ORIGIN,
  createFakeBrowser,
  firstName,
  renameFetch,
  digestFlow,
} from "#client/document/journal/testing/fake-browser.ts";
import { describeSaveState } from "#client/document/saving/save-state.ts";
import { createEditRecoveryController } from "#client/editor/saving/recovery/create-recovery.ts";

export const ofFlow = { server: FAKE_SERVER_ORIGIN, flowId: digestFlow.id };
export const newerFlow: Flow = {
  ...digestFlow,
  ...buildFlow("Theirs", [buildStep("fetch"), buildStep("send")]),
  versionToken: "2-x",
  updatedAt: "2026-01-01T00:01:00.000Z",
};

/** Returns a fake browser in which one page per argument made edits and then crashed; the last page is the newest. */
export async function crashPages(...edits: ((page: FakePage) => void)[]) {
  const browser = createFakeBrowser();
  const now = vi.spyOn(Date, "now");
  for (const [index, edit] of edits.entries()) {
    now.mockReturnValue((index + 1) * 1000);
    const page = browser.openPage();
    edit(page);
    await page.keeper.flush();
    page.kill();
  }
  now.mockRestore();
  return browser;
}

export const renames =
  (...names: readonly string[]) =>
  ({ openFlow }: FakePage) =>
    names.forEach((name) => openFlow.edit(renameFetch(name)));

export async function reopen(
  browser: ReturnType<typeof createFakeBrowser>,
  {
    flow = digestFlow,
    isWaiting = false,
    edit = () => {},
  }: { flow?: Flow; isWaiting?: boolean; edit?: (page: FakePage) => void } = {},
) {
  const page = browser.openPage(openSaved(flow));
  edit(page);
  let read = () => {};
  const reading = new Promise<void>((resolve) => (read = resolve));
  if (!isWaiting) read();
  const recovery = createRecovery(page, () => reading);
  const begun = recovery.begin(await listUnopenedJournalsOfFlow(page.site, ofFlow));
  if (!isWaiting) await begun;
  const name = () => firstName(page.openFlow.getState().history.document);
  const item = () => recovery.getState().item;
  const words = () => describeSaveState(page.openFlow.getState()).text;
  return { page, recovery, read, begun, name, item, words };
}

export function createRecovery(page: FakePage, untilRead = async () => {}) {
  return createEditRecoveryController(page.openFlow, {
    journal: {
      claim: (id) => claimJournal(page.site, id),
      absorb: ({ held }, takeIn) => page.keeper.absorb(held, takeIn),
    },
    untilRead,
  });
}
