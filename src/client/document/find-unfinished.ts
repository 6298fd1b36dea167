import type { FlowDocument } from "#core/flow-document.ts";
import { equalJson, getAtPath } from "#core/json.ts";
import { ownFields } from "#core/own-fields.ts";
import { locateSteps } from "#core/step-list.ts";
import type { BrokenText } from "./typed-texts.ts";

/**
 * A text that was begun on what `from` says in its field, where `to` says something else: once it is mended it would take
 * that out again. Of a step that only one of the two has, there is nothing to take out.
 */
export function findUnfinished(
  texts: readonly BrokenText[],
  from: FlowDocument,
  to: FlowDocument,
): BrokenText | undefined {
  if (texts.length === 0) return undefined;
  const [before, after] = [locateSteps(from), locateSteps(to)];
  return texts.find(({ key, field }) => {
    const [was, is] = [before.get(key)?.node, after.get(key)?.node];
    const path = field.split(".");
    return was && is && !equalJson(getAtPath(ownFields(was), path), getAtPath(ownFields(is), path));
  });
}
