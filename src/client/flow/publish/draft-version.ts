import { VERSION_LIMITS } from "#contract/flow.ts";
import { countChanges, describeCounts } from "#core/difference/count-changes.ts";
import { findChanges } from "#core/difference/find-changes.ts";
import type { LiveComparison } from "#client/flow/use-live-comparison.ts";

/** Sentences that are worth to be kept; a reader of more has the comparison. */
const MAX_LINES = 12;

/** A label and notes that say what changes, to be kept or written anew. */
export function draftVersion(comparison: LiveComparison): { readonly label: string; readonly notes: string } {
  if (comparison.type !== "known") return { label: "", notes: "" };
  const { before, after } = comparison;
  const lines = comparison.lines.map(({ sentence }) => `${sentence}.`);
  const rest = lines.length - MAX_LINES;
  const shown = rest > 0 ? [...lines.slice(0, MAX_LINES), `And ${rest} more.`] : lines;
  const [only] = lines;
  const counts = describeCounts(countChanges(findChanges(before, after))) ?? "";
  const label = lines.length === 1 && only !== undefined ? only.slice(0, -1) : capitalise(counts);
  return {
    label: label.slice(0, VERSION_LIMITS.label),
    notes: shown.join("\n").slice(0, VERSION_LIMITS.notes),
  };
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
