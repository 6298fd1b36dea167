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
const partly = (lost: number) => recoverableOf({ type: "partly", work, lost, fault: "damaged", raw: "" });
const unreadable = (fault: "damaged" | "other-version") =>
  recoverableOf({ type: "unreadable", fault, raw: "" }).claimed;

it.each<[string, RecoveryBarItem, RecoverableEditsRelation, string]>([
  [
    "recovered changes",
    { type: "recovered", recoverable: whole },
    "fits",
    "Recovered 14 changes from 10:42.",
  ],
  [
    "one recovered change",
    { type: "recovered", recoverable: recoverableOf({ type: "restored", work }, 1) },
    "fits",
    "Recovered 1 change from 10:42.",
  ],
  [
    "offered changes of an older version",
    { type: "offered", recoverable: whole },
    "moved-on",
    "14 unsaved changes from 10:42 found on this device. The flow was changed elsewhere since.",
  ],
  [
    "one offered change, if the page has other edits",
    { type: "offered", recoverable: recoverableOf({ type: "restored", work }, 1) },
    "beside",
    "1 unsaved change from 10:42 found on this device. This tab has other edits.",
  ],
  [
    "offered changes that conflict with the page",
    { type: "offered", recoverable: whole, isConflicting: true },
    "beside",
    "14 unsaved changes from 10:42 found on this device. Some conflict with the current flow.",
  ],
  [
    "offered changes of which the last two are unreadable",
    { type: "offered", recoverable: partly(2) },
    "fits",
    "14 unsaved changes from 10:42 found on this device. The last 2 edits could not be read.",
  ],
  [
    "partly unreadable changes, if the page has edits of another version",
    { type: "offered", recoverable: partly(0) },
    "apart",
    "14 unsaved changes from 10:42 found on this device. Some could not be read. This tab has other edits, on another version.",
  ],
  [
    "a damaged journal",
    { type: "unreadable", claimed: unreadable("damaged") },
    "fits",
    "Unsaved changes from 10:42 can’t be read: damaged.",
  ],
  [
    "a journal written by another version of the app",
    { type: "unreadable", claimed: unreadable("other-version") },
    "fits",
    "Unsaved changes from 10:42 can’t be read: written by another version of this page.",
  ],
  [
    "discarded changes",
    { type: "discarded", claimed: whole.claimed, undo: () => {} },
    "fits",
    "Discarded 14 changes from 10:42.",
  ],
  [
    "a journal that another tab has claimed",
    { type: "taken", found },
    "fits",
    "Unsaved changes from 10:42 are open in another tab.",
  ],
])("the recovery bar describes %s", (_, item, relation, text) => {
  expect(describeRecoveryBarItem(item, relation, now).replaceAll("10:42 AM", "10:42")).toBe(text);
});
