import type { FoundJournal } from "#client/document/journal/find-journals.ts";
import { formatCount } from "#client/ui/format-count.ts";
import { formatMoment } from "#client/ui/format-time.ts";
import type { Draft, RecoveryItem } from "./create-recovery.ts";
import type { Standing } from "./judge-draft.ts";

/** What the bar says of a draft. */
export function describeItem(item: RecoveryItem, standing: Standing, now: number): string {
  const from = ({ editedAt }: FoundJournal) => `from ${formatMoment(editedAt, now)}`;
  switch (item.type) {
    case "recovered":
      return `Recovered ${nameChanges(item.draft.claimed.found)} ${from(item.draft.claimed.found)}.`;
    case "offered":
      return describeOffer(item.draft, standing, item.isClashing === true, from(item.draft.claimed.found));
    case "unreadable": {
      const { content, found } = item.claimed;
      const isOther = content.type === "unreadable" && content.fault === "other-version";
      const why = isOther ? "another version of this page wrote them" : "they are damaged";
      return `Unsaved changes ${from(found)} are on this device and cannot be read: ${why}.`;
    }
    case "discarded":
      return `Discarded ${nameChanges(item.claimed.found)} ${from(item.claimed.found)}.`;
    case "taken":
      return `Unsaved changes ${from(item.found)} are open in another tab.`;
  }
}

function describeOffer(
  { claimed: { found }, rest }: Draft,
  standing: Standing,
  isClashing: boolean,
  from: string,
) {
  const lost = rest?.type === "partly" ? rest.lost : 0;
  const part =
    lost === 0
      ? " Not all of it could be read."
      : ` ${formatCount(lost, "edit")} at the end could not be read.`;
  const what = `${capitalise(nameUnsaved(found))} ${from} ${found.unsaved === 1 ? "is" : "are"} on this device.`;
  return `${what}${rest ? part : ""}${describeStanding(standing, isClashing)}`;
}

function describeStanding(standing: Standing, isClashing: boolean): string {
  if (isClashing) return " Here and there the same was changed, each in its own way.";
  switch (standing) {
    case "fits":
    case "unsure":
      return "";
    case "moved-on":
      return " The flow was changed elsewhere since.";
    case "beside":
      return " Something else is edited here by now.";
    case "apart":
      return " Something else is edited here by now, on another version.";
  }
}

const nameChanges = ({ unsaved }: FoundJournal) =>
  unsaved === undefined ? "unsaved changes" : formatCount(unsaved, "change");

/** “14 unsaved changes”, as many as the page counted that made them. */
export const nameUnsaved = ({ unsaved }: FoundJournal) =>
  unsaved === undefined ? "unsaved changes" : formatCount(unsaved, "unsaved change");

const capitalise = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
