import { capitalize } from "#client/ui/format/capitalize.ts";
import type { JournalSummary } from "#client/document/journal/list-unopened-journals.ts";
import { formatCount } from "#client/ui/format/format-count.ts";
import { formatClockTime } from "#client/ui/format/format-time.ts";
import type { RecoverableEdits, RecoveryBarItem, RecoverableEditsRelation } from "./create-recovery.ts";

export function describeRecoveryBarItem(
  item: RecoveryBarItem,
  relation: RecoverableEditsRelation,
  now: number,
): string {
  const from = ({ editedAt }: JournalSummary) => `from ${formatClockTime(editedAt, now)}`;
  switch (item.type) {
    case "recovered":
      return `Recovered ${nameChanges(item.recoverable.claimed.found)} ${from(item.recoverable.claimed.found)}.`;
    case "offered":
      return describeOffer(
        item.recoverable,
        relation,
        item.isConflicting === true,
        from(item.recoverable.claimed.found),
      );
    case "unreadable": {
      const { content, found } = item.claimed;
      const isOther = content.type === "unreadable" && content.fault === "other-version";
      const why = isOther ? "written by another version of this page" : "damaged";
      return `Unsaved changes ${from(found)} can’t be read: ${why}.`;
    }
    case "discarded":
      return `Discarded ${nameChanges(item.claimed.found)} ${from(item.claimed.found)}.`;
    case "taken":
      return `Unsaved changes ${from(item.found)} are open in another tab.`;
  }
}

function describeOffer(
  { claimed: { found }, rest }: RecoverableEdits,
  relation: RecoverableEditsRelation,
  isConflicting: boolean,
  from: string,
) {
  const lost = rest?.type === "partly" ? rest.lost : 0;
  const part =
    lost === 0
      ? " Some could not be read."
      : ` The last ${lost === 1 ? "edit" : formatCount(lost, "edit")} could not be read.`;
  const summary = `${capitalize(describeUnsavedChangeCount(found))} ${from} found on this device.`;
  return `${summary}${rest ? part : ""}${describeRelation(relation, isConflicting)}`;
}

function describeRelation(relation: RecoverableEditsRelation, isConflicting: boolean): string {
  if (isConflicting) return " Some conflict with the current flow.";
  switch (relation) {
    case "fits":
    case "unsure":
      return "";
    case "moved-on":
      return " The flow was changed elsewhere since.";
    case "beside":
      return " This tab has other edits.";
    case "apart":
      return " This tab has other edits, on another version.";
  }
}

const nameChanges = ({ unsaved }: JournalSummary) =>
  unsaved === undefined ? "unsaved changes" : formatCount(unsaved, "change");

export const describeUnsavedChangeCount = ({ unsaved }: JournalSummary) =>
  unsaved === undefined ? "unsaved changes" : formatCount(unsaved, "unsaved change");
