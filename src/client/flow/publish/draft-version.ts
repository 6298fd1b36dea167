import { VERSION_LIMITS } from "#contract/flow.ts";
import { countChanges, describeCounts } from "#core/difference/count-changes.ts";
import { findChanges } from "#core/difference/find-changes.ts";
import type { FlowDocument } from "#core/flow-document.ts";
import { describeDifference } from "#client/flow/flow-difference.tsx";
import type { LiveFlow } from "./use-live-flow.ts";

/** Sentences that are worth to be kept; a reader of more has the comparison. */
const MAX_LINES = 12;

/** A label and notes that say what changes, to be kept or written anew. */
export function draftVersion(
  live: LiveFlow,
  document: FlowDocument | undefined,
): { readonly label: string; readonly notes: string } {
  if (live.type !== "version" || !document) return { label: "", notes: "" };
  const lines = describeDifference(live.document, document).map(({ sentence }) => `${sentence}.`);
  const rest = lines.length - MAX_LINES;
  const shown = rest > 0 ? [...lines.slice(0, MAX_LINES), `And ${rest} more.`] : lines;
  const [only] = lines;
  const counts = describeCounts(countChanges(findChanges(live.document, document))) ?? "";
  const label = lines.length === 1 && only !== undefined ? only.slice(0, -1) : capitalise(counts);
  return {
    label: label.slice(0, VERSION_LIMITS.label),
    notes: shown.join("\n").slice(0, VERSION_LIMITS.notes),
  };
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
