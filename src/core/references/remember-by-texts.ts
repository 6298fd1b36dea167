import type { StepNode } from "#core/flow-document.ts";
import { isJsonObject } from "#core/json.ts";
import { stepType, stepWhen } from "#core/step.ts";
import type { StepTypes } from "./reference.ts";

interface Remembered<T> {
  readonly type: string;
  readonly when: string;
  readonly value: T;
}

/**
 * Computes once what hangs on nothing but a step's type, config and `when`, for as long as the config is the same object:
 * a step that is switched, renamed or moved, or has steps inside it changed, is not read again.
 */
export function rememberByTexts<T>(
  compute: (node: StepNode, types: StepTypes) => T,
): (node: StepNode, types: StepTypes) => T {
  const all = new WeakMap<StepTypes, WeakMap<object, Remembered<T>>>();
  return (node, types) => {
    let known = all.get(types);
    if (!known) all.set(types, (known = new WeakMap()));
    const { config } = node.fields;
    const subject = isJsonObject(config) ? config : node.fields;
    const [type, when] = [stepType(node), stepWhen(node)];
    const found = known.get(subject);
    if (found?.type === type && found.when === when) return found.value;
    const value = compute(node, types);
    known.set(subject, { type, when, value });
    return value;
  };
}
