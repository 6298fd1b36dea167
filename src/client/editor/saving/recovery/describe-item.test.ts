import { expect, it } from "vitest";
import { createEditHistory } from "#core/document/history.ts";
import type { JournalSummary } from "#client/document/journal/find-journals.ts";
import type { JournalReplayResult } from "#client/document/journal/replay-journal.ts";
import type { RecoveryBarItem, RecoveredDraftApplicability } from "./create-recovery.ts";
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

function draftOf(content: JournalReplayResult, unsaved: number | undefined = 14) {
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

const whole = draftOf({ type: "restored", work });
const partly = (lost: number) => draftOf({ type: "partly", work, lost, fault: "damaged", raw: "" });
const unreadable = (fault: "damaged" | "other-version") =>
  draftOf({ type: "unreadable", fault, raw: "" }).claimed;

it.each<[string, RecoveryBarItem, RecoveredDraftApplicability, string]>([
  ["a recovered draft", { type: "recovered", draft: whole }, "fits", "Recovered 14 changes from 10:42."],
  [
    "a recovered draft of one change",
    { type: "recovered", draft: draftOf({ type: "restored", work }, 1) },
    "fits",
    "Recovered 1 change from 10:42.",
  ],
  [
    "a draft of an older version",
    { type: "offered", draft: whole },
    "moved-on",
    "14 unsaved changes from 10:42 found on this device. The flow was changed elsewhere since.",
  ],
  [
    "a draft of one change beside other edits",
    { type: "offered", draft: draftOf({ type: "restored", work }, 1) },
    "beside",
    "1 unsaved change from 10:42 found on this device. This tab has other edits.",
  ],
  [
    "a conflicting draft",
    { type: "offered", draft: whole, isConflicting: true },
    "beside",
    "14 unsaved changes from 10:42 found on this device. Some conflict with the current flow.",
  ],
  [
    "a draft whose last two edits are unreadable",
    { type: "offered", draft: partly(2) },
    "fits",
    "14 unsaved changes from 10:42 found on this device. The last 2 edits could not be read.",
  ],
  [
    "a partly unreadable draft beside edits of another version",
    { type: "offered", draft: partly(0) },
    "apart",
    "14 unsaved changes from 10:42 found on this device. Some could not be read. This tab has other edits, on another version.",
  ],
  [
    "a damaged draft",
    { type: "unreadable", claimed: unreadable("damaged") },
    "fits",
    "Unsaved changes from 10:42 can’t be read: damaged.",
  ],
  [
    "a draft written by another version of the page",
    { type: "unreadable", claimed: unreadable("other-version") },
    "fits",
    "Unsaved changes from 10:42 can’t be read: written by another version of this page.",
  ],
  [
    "a discarded draft",
    { type: "discarded", claimed: whole.claimed, undo: () => {} },
    "fits",
    "Discarded 14 changes from 10:42.",
  ],
  [
    "a draft that is open in another tab",
    { type: "taken", found },
    "fits",
    "Unsaved changes from 10:42 are open in another tab.",
  ],
])("the recovery bar describes %s", (_, item, relation, text) => {
  expect(describeRecoveryBarItem(item, relation, now).replaceAll("10:42 AM", "10:42")).toBe(text);
});
