import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import { type StepLocation, isSameList, locateSteps } from "#core/step-list.ts";
import { isEnabled } from "#core/step.ts";

/**
 * Where a step stands as seen from another: `before` and `after` in the order in which they run, `around` or `inside` it,
 * or in the `other-branch` of a conditional around both, which it names.
 */
export type Relation =
  | { readonly type: "before" | "after" | "same" | "around" | "inside" }
  | { readonly type: "other-branch"; readonly conditional: StepKey };

export function relateSteps(document: FlowDocument, from: StepKey, to: StepKey): Relation | undefined {
  if (from === to) return { type: "same" };
  const [a, b] = [pathTo(document, from), pathTo(document, to)];
  for (let level = 0; ; level += 1) {
    const [x, y] = [a[level], b[level]];
    if (!x || !y) return x || y ? { type: x ? "around" : "inside" } : undefined;
    if (!isSameList(x.list, y.list)) {
      return x.list.type === "branch" ? { type: "other-branch", conditional: x.list.step } : undefined;
    }
    if (x.index !== y.index) return { type: y.index < x.index ? "before" : "after" };
  }
}

/** The step and the conditionals around it, the outermost first. */
function pathTo(document: FlowDocument, key: StepKey): readonly StepLocation[] {
  const known = locateSteps(document);
  const path: StepLocation[] = [];
  for (let at = known.get(key); at; at = at.list.type === "branch" ? known.get(at.list.step) : undefined) {
    path.push(at);
  }
  return path.toReversed();
}

/** The step, or the conditional around it, that keeps it from running: the outermost that is switched off. */
export function findSwitchedOff(document: FlowDocument, key: StepKey): StepKey | undefined {
  return pathTo(document, key).find(({ node }) => !isEnabled(node))?.node.key;
}
