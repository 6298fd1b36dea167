import type { StepNode } from "#core/document/flow-document.ts";
import { isJsonObject } from "#core/json/json.ts";
import { getStepType, getStepCondition } from "#core/document/step.ts";
import type { StepTypeLookup } from "./reference.ts";

interface Remembered<T> {
  readonly type: string;
  readonly when: string;
  readonly value: T;
}

export interface MemoizedStepFunction<T> {
  (node: StepNode, types: StepTypeLookup): T;
  readonly peek: (node: StepNode, types: StepTypeLookup) => T | undefined;
  readonly prime: (node: StepNode, types: StepTypeLookup, value: T) => void;
}

interface Memory<T> {
  readonly byNode: WeakMap<StepNode, T>;
  readonly byTexts: WeakMap<object, Remembered<T>>;
}

/** By the identity of the config object, which edits of name, place and nested steps keep. */
export function memoizeStepFunction<T>(
  compute: (node: StepNode, types: StepTypeLookup) => T,
): MemoizedStepFunction<T> {
  const all = new WeakMap<StepTypeLookup, Memory<T>>();
  const memoryOf = (types: StepTypeLookup): Memory<T> => {
    let memory = all.get(types);
    if (!memory) all.set(types, (memory = { byNode: new WeakMap(), byTexts: new WeakMap() }));
    return memory;
  };
  const peek = (node: StepNode, types: StepTypeLookup): T | undefined => {
    const { byNode, byTexts } = memoryOf(types);
    const known = byNode.get(node);
    if (known !== undefined) return known;
    const found = byTexts.get(cacheKeyOf(node));
    if (found?.type !== getStepType(node) || found.when !== getStepCondition(node)) return undefined;
    byNode.set(node, found.value);
    return found.value;
  };
  const prime = (node: StepNode, types: StepTypeLookup, value: T): void => {
    const { byNode, byTexts } = memoryOf(types);
    byNode.set(node, value);
    byTexts.set(cacheKeyOf(node), { type: getStepType(node), when: getStepCondition(node), value });
  };
  const remember = (node: StepNode, types: StepTypeLookup): T => {
    const known = peek(node, types);
    if (known !== undefined) return known;
    const value = compute(node, types);
    prime(node, types, value);
    return value;
  };
  return Object.assign(remember, { peek, prime });
}

function cacheKeyOf({ fields }: StepNode): object {
  const { config } = fields;
  return isJsonObject(config) ? config : fields;
}
