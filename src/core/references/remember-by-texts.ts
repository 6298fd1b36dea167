import type { StepNode } from "#core/flow-document.ts";
import { isJsonObject } from "#core/json.ts";
import { stepType, stepWhen } from "#core/step.ts";
import type { StepTypes } from "./reference.ts";

interface Remembered<T> {
  readonly type: string;
  readonly when: string;
  readonly value: T;
}

/** Computes once what hangs on nothing but a step's texts. */
export interface RememberedByTexts<T> {
  (node: StepNode, types: StepTypes): T;
  /** Undefined for a step that was not computed yet. */
  readonly peek: (node: StepNode, types: StepTypes) => T | undefined;
  /** Takes over what was computed elsewhere, from the same type, config and `when`. */
  readonly prime: (node: StepNode, types: StepTypes, value: T) => void;
}

interface Memory<T> {
  /** A step as it is: the quicker way for all that an edit left alone. */
  readonly byNode: WeakMap<StepNode, T>;
  readonly byTexts: WeakMap<object, Remembered<T>>;
}

/**
 * Computes once what hangs on nothing but a step's type, config and `when`, for as long as the config is the same object:
 * a step that is switched, renamed or moved, or has steps inside it changed, is not read again.
 */
export function rememberByTexts<T>(compute: (node: StepNode, types: StepTypes) => T): RememberedByTexts<T> {
  const all = new WeakMap<StepTypes, Memory<T>>();
  const memoryOf = (types: StepTypes): Memory<T> => {
    let memory = all.get(types);
    if (!memory) all.set(types, (memory = { byNode: new WeakMap(), byTexts: new WeakMap() }));
    return memory;
  };
  const peek = (node: StepNode, types: StepTypes): T | undefined => {
    const { byNode, byTexts } = memoryOf(types);
    const known = byNode.get(node);
    if (known !== undefined) return known;
    const found = byTexts.get(subjectOf(node));
    if (found?.type !== stepType(node) || found.when !== stepWhen(node)) return undefined;
    byNode.set(node, found.value);
    return found.value;
  };
  const prime = (node: StepNode, types: StepTypes, value: T): void => {
    const { byNode, byTexts } = memoryOf(types);
    byNode.set(node, value);
    byTexts.set(subjectOf(node), { type: stepType(node), when: stepWhen(node), value });
  };
  const remember = (node: StepNode, types: StepTypes): T => {
    const known = peek(node, types);
    if (known !== undefined) return known;
    const value = compute(node, types);
    prime(node, types, value);
    return value;
  };
  return Object.assign(remember, { peek, prime });
}

function subjectOf({ fields }: StepNode): object {
  const { config } = fields;
  return isJsonObject(config) ? config : fields;
}
