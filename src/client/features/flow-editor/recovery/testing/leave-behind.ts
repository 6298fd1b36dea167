import { vi } from "vitest";
import type { Flow } from "#contract/flow.ts";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { claimJournal } from "#client/document/journal/claim-journal.ts";
import { findJournals } from "#client/document/journal/find-journals.ts";
import {
  type FakePage,
  SERVER,
  createFakeBrowser,
  nameOf,
  rename,
  sampleFlow,
} from "#client/document/journal/testing/fake-browser.ts";
import { createOpenFlow } from "#client/document/open-flow.ts";
import { describeSaveState } from "#client/document/save-state.ts";
import { createRecovery } from "#client/features/flow-editor/recovery/create-recovery.ts";

export const ofFlow = { server: SERVER, flowId: sampleFlow.id };
export const newer: Flow = {
  ...sampleFlow,
  ...buildFlow("Theirs", [buildStep("fetch"), buildStep("send")]),
  versionToken: "2-x",
  updatedAt: "2026-01-01T00:01:00.000Z",
};

/** A browser in which pages died with these edits, one page per list, the last one newest. */
export async function leaveBehind(...lots: ((page: FakePage) => void)[]) {
  const browser = createFakeBrowser();
  const now = vi.spyOn(Date, "now");
  for (const [index, edit] of lots.entries()) {
    now.mockReturnValue((index + 1) * 1000);
    const page = browser.openPage();
    edit(page);
    await page.keeper.flush();
    page.kill();
  }
  now.mockRestore();
  return browser;
}

export const editsOf =
  (...names: readonly string[]) =>
  ({ openFlow }: FakePage) =>
    names.forEach((name) => openFlow.edit(rename(name)));

/** Opens the flow as a page does, with what it found. */
export async function openFlowAgain(
  browser: ReturnType<typeof createFakeBrowser>,
  {
    flow = sampleFlow,
    isWaiting = false,
    edit = () => {},
  }: {
    flow?: Flow;
    isWaiting?: boolean;
    edit?: (page: FakePage) => void;
  } = {},
) {
  const page = browser.openPage(createOpenFlow(flow, { isInexact: false }));
  edit(page);
  let read = () => {};
  const reading = new Promise<void>((resolve) => (read = resolve));
  if (!isWaiting) read();
  const recovery = recoverOn(page, () => reading);
  const begun = recovery.begin(await findJournals(page.site, ofFlow));
  if (!isWaiting) await begun;
  const name = () => nameOf(page.openFlow.getState().history.document);
  const item = () => recovery.getState().item;
  const words = () => describeSaveState(page.openFlow.getState()).text;
  return { page, recovery, read, begun, name, item, words };
}

/** The recovery of one page. */
export function recoverOn(page: FakePage, untilRead = async () => {}) {
  return createRecovery(page.openFlow, {
    journal: {
      claim: (id) => claimJournal(page.site, id),
      absorb: ({ held }, takeIn) => page.keeper.absorb(held, takeIn),
    },
    untilRead,
  });
}
