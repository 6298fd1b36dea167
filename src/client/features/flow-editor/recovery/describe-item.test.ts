import { expect, it } from "vitest";
import { startHistory } from "#core/history.ts";
import type { FoundJournal } from "#client/document/journal/find-journals.ts";
import type { ReplayedJournal } from "#client/document/journal/replay-journal.ts";
import type { RecoveryItem } from "./create-recovery.ts";
import { describeItem } from "./describe-item.ts";
import type { Standing } from "./judge-draft.ts";
import { UNDECIDED } from "#client/document/decisions.ts";
import { NO_TEXTS } from "#client/document/typed-texts.ts";

const now = new Date(2026, 10, 25, 12, 0).getTime();
const found: FoundJournal = {
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
  history: startHistory({
    document: { name: "Digest", description: undefined, steps: [] },
    version: { token: undefined, updatedAt: "" },
  }),
  unanswered: [],
  decisions: UNDECIDED,
  ...NO_TEXTS,
};

/** A draft of which so much could be read, with so many changes. */
function draftOf(content: ReplayedJournal, unsaved: number | undefined = 14) {
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

it.each<[RecoveryItem, Standing, string]>([
  [{ type: "recovered", draft: whole }, "fits", "Recovered 14 changes from 10:42."],
  [
    { type: "recovered", draft: draftOf({ type: "restored", work }, 1) },
    "fits",
    "Recovered 1 change from 10:42.",
  ],
  [
    { type: "offered", draft: whole },
    "moved-on",
    "14 unsaved changes from 10:42 are on this device. The flow was changed elsewhere since.",
  ],
  [
    { type: "offered", draft: draftOf({ type: "restored", work }, 1) },
    "beside",
    "1 unsaved change from 10:42 is on this device. Something else is edited here by now.",
  ],
  [
    { type: "offered", draft: whole, isClashing: true },
    "beside",
    "14 unsaved changes from 10:42 are on this device. Here and there the same was changed, each in its own way.",
  ],
  [
    { type: "offered", draft: partly(2) },
    "fits",
    "14 unsaved changes from 10:42 are on this device. 2 edits at the end could not be read.",
  ],
  [
    { type: "offered", draft: partly(0) },
    "apart",
    "14 unsaved changes from 10:42 are on this device. Not all of it could be read. Something else is edited here by now, on another version.",
  ],
  [
    { type: "unreadable", claimed: unreadable("damaged") },
    "fits",
    "Unsaved changes from 10:42 are on this device and cannot be read: they are damaged.",
  ],
  [
    { type: "unreadable", claimed: unreadable("other-version") },
    "fits",
    "Unsaved changes from 10:42 are on this device and cannot be read: another version of this page wrote them.",
  ],
  [{ type: "discarded", claimed: whole.claimed, undo: () => {} }, "fits", "Discarded 14 changes from 10:42."],
  [{ type: "taken", found }, "fits", "Unsaved changes from 10:42 are open in another tab."],
])("says of %o, %s: %s", (item, standing, text) => {
  expect(describeItem(item, standing, now).replaceAll("10:42 AM", "10:42")).toBe(text);
});
