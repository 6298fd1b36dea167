import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import { type StepLocation, isSameStepListRef, getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { isStepEnabled } from "#core/document/step.ts";

/** `around`: `to` contains `from`; `inside`: the reverse; `other-branch`: of the same `conditional`. */
export type RelativeStepPosition =
  | { readonly type: "before" | "after" | "same" | "around" | "inside" }
  | { readonly type: "other-branch"; readonly conditional: StepKey };

export function getRelativeStepPosition(
  document: FlowDocument,
  from: StepKey,
  to: StepKey,
): RelativeStepPosition | undefined {
  if (from === to) return { type: "same" };
  const [a, b] = [pathTo(document, from), pathTo(document, to)];
  for (let level = 0; ; level += 1) {
    const [x, y] = [a[level], b[level]];
    if (!x || !y) return x || y ? { type: x ? "around" : "inside" } : undefined;
    if (!isSameStepListRef(x.list, y.list)) {
      return x.list.type === "branch" ? { type: "other-branch", conditional: x.list.step } : undefined;
    }
    if (x.index !== y.index) return { type: y.index < x.index ? "before" : "after" };
  }
}

function pathTo(document: FlowDocument, key: StepKey): readonly StepLocation[] {
  const known = getLocationsOfAllSteps(document);
  const path: StepLocation[] = [];
  for (let at = known.get(key); at; at = at.list.type === "branch" ? known.get(at.list.step) : undefined) {
    path.push(at);
  }
  return path.toReversed();
}

export function findDisabledStepOrAncestor(document: FlowDocument, key: StepKey): StepKey | undefined {
  return pathTo(document, key).find(({ node }) => !isStepEnabled(node))?.node.key;
}
