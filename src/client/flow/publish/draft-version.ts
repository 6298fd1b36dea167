import { VERSION_LIMITS } from "#contract/flow.ts";
import type { LiveComparison } from "#client/flow/use-live-comparison.ts";

/** Sentences that are worth to be kept; a reader of more has the comparison. */
const MAX_LINES = 12;

/** A label and notes that say what changes, to be kept or written anew. */
export function draftVersion(comparison: LiveComparison): { readonly label: string; readonly notes: string } {
  if (comparison.type !== "known") return { label: "", notes: "" };
  const lines = comparison.lines.map(({ sentence }) => `${sentence}.`);
  const rest = lines.length - MAX_LINES;
  const shown = rest > 0 ? [...lines.slice(0, MAX_LINES), `And ${rest} more.`] : lines;
  const [first = ""] = comparison.lines.map(({ sentence }) => sentence);
  const label = lines.length > 1 ? `${first}, and ${lines.length - 1} more` : first;
  return {
    label: label.slice(0, VERSION_LIMITS.label),
    notes: shown.join("\n").slice(0, VERSION_LIMITS.notes),
  };
}
