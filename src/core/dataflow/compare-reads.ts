import type { StepKey } from "#core/flow-document.ts";
import type { Reference } from "#core/references/reference.ts";
import type { FlowReads, ResolvedRead } from "./resolve-reads.ts";

/** What an edit does to the references of a flow whose texts it leaves alone. */
export interface ReadChanges {
  /** Find no value any more, as they are after the edit. */
  readonly broken: readonly ResolvedRead[];
  /** Found none before. */
  readonly mended: readonly ResolvedRead[];
  /** Still find a value, but perhaps another one, or less surely. */
  readonly changed: readonly { readonly before: ResolvedRead; readonly after: ResolvedRead }[];
}

/**
 * Compares two states of a flow between which steps were moved, switched, added or removed. A reference is known by its
 * step and its place there; one that only runs afterwards counts as broken when it finds nothing.
 */
export function compareReads(before: FlowReads, after: FlowReads): ReadChanges {
  const broken: ResolvedRead[] = [];
  const mended: ResolvedRead[] = [];
  const changed: { before: ResolvedRead; after: ResolvedRead }[] = [];
  for (const [key, reads] of after) {
    const known = before.get(key);
    reads.forEach((read, index) => {
      const old = known?.[index];
      const was = old && isSameReference(old.reference, read.reference) ? old : undefined;
      if (read.state === "unset") {
        if (was?.state !== "unset") broken.push(read);
      } else if (was?.state === "unset") mended.push(read);
      else if (was && !isSameSource(was, read)) changed.push({ before: was, after: read });
    });
  }
  return { broken, mended, changed };
}

function isSameReference(a: Reference, b: Reference): boolean {
  if (a === b) return true;
  return a.name === b.name && a.from === b.from && a.at.join("\n") === b.at.join("\n");
}

/** Whether a reference finds the same value, and as surely as before or more so. */
function isSameSource(before: ResolvedRead, after: ResolvedRead): boolean {
  const isLessSure = before.state === "surely" && after.state !== "surely";
  return !isLessSure && isSameSet(before.sources, after.sources);
}

function isSameSet(a: readonly StepKey[], b: readonly StepKey[]): boolean {
  return a === b || (a.length === b.length && a.every((key, index) => key === b[index]));
}
