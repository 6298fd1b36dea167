import { expect, it } from "vitest";
import { createEditHistory } from "#core/history/edit-history.ts";
import type { JournalSummary } from "#client/document/journal/list-unopened-journals.ts";
import type { JournalReplayResult } from "#client/document/journal/replay-journal.ts";
import type { RecoveryBarItem, RecoverableEditsRelation } from "./create-recovery.ts";
import { describeRecoveryBarItem } from "./describe-item.ts";
import { NO_CONFLICT_DECISIONS } from "#client/document/remote/decisions.ts";
import { NO_PENDING_USER_INPUT } from "#client/document/pending-input.ts";

const now = new Date(2026, 10, 25, 12, 0).getTime();
const found: JournalSummary = {
  id: "journal_1",
  flowId: "flow_1",
  flowName: "Digest",
  server: "https://flows.example",
  isOfThisTab: false,
  startedAt: now,
  editedAt: new Date(2026, 10, 25, 10, 42).getTime(),
  unsaved: 14,
  version: undefined,
  isRest: false,
};
const work = {
  history: createEditHistory({
    document: { name: "Digest", description: undefined, steps: [] },
    version: { token: undefined, updatedAt: "" },
  }),
  unacknowledgedSaves: [],
  decisions: NO_CONFLICT_DECISIONS,
  ...NO_PENDING_USER_INPUT,
};

function recoverableOf(content: JournalReplayResult, unsaved: number | undefined = 14) {
  const claimed = {
    found: { ...found, unsaved },
    content,
    held: { id: found.id, rest: undefined, release: () => {} },
    discard: async () => {},
    undoDiscard: async () => {},
    release: () => {},
  };
  return { claimed, work, rest: content.type === "restored" ? undefined : content };
}

const whole = recoverableOf({ type: "restored", work });
const one = recoverableOf({ type: "restored", work }, 1);
const partly = (lost: number) => recoverableOf({ type: "partly", work, lost, fault: "damaged", raw: "" });
const unreadable = (fault: "damaged" | "other-version"): RecoveryBarItem => ({
  type: "unreadable",
  claimed: recoverableOf({ type: "unreadable", fault, raw: "" }).claimed,
});

const offered = (recoverable: ReturnType<typeof recoverableOf>, isConflicting = false): RecoveryBarItem => ({
  type: "offered",
  recoverable,
  isConflicting,
});
const FOUND = "unsaved changes from 10:42 found on this device.";

it.each<[RecoveryBarItem, RecoverableEditsRelation, string]>([
  [{ type: "recovered", recoverable: whole }, "fits", "Recovered 14 changes from 10:42."],
  [{ type: "recovered", recoverable: one }, "fits", "Recovered 1 change from 10:42."],
  [offered(whole), "moved-on", `14 ${FOUND} The flow was changed elsewhere since.`],
  [offered(one), "beside", "1 unsaved change from 10:42 found on this device. This tab has other edits."],
  [offered(whole, true), "beside", `14 ${FOUND} Some conflict with the current flow.`],
  [offered(partly(2)), "fits", `14 ${FOUND} The last 2 edits could not be read.`],
  [
    offered(partly(0)),
    "apart",
    `14 ${FOUND} Some could not be read. This tab has other edits, on another version.`,
  ],
  [unreadable("damaged"), "fits", "Unsaved changes from 10:42 can’t be read: damaged."],
  [
    unreadable("other-version"),
    "fits",
    "Unsaved changes from 10:42 can’t be read: written by another version of this page.",
  ],
  [{ type: "discarded", claimed: whole.claimed, undo: () => {} }, "fits", "Discarded 14 changes from 10:42."],
  [{ type: "taken", found }, "fits", "Unsaved changes from 10:42 are open in another tab."],
])("the recovery bar describes %o, which %s, as: %s", (item, relation, text) => {
  expect(describeRecoveryBarItem(item, relation, now).replaceAll("10:42 AM", "10:42")).toBe(text);
});
