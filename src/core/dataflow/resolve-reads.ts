import {
  BRANCH_NAMES,
  type FlowDocument,
  type StepKey,
  type StepNode,
} from "#core/document/flow-document.ts";
import { isJsonObject } from "#core/json/json.ts";
import { readStepReferences } from "#core/references/read-step-references.ts";
import type { StepVariableReference, StepTypeLookup } from "#core/references/reference.ts";
import { isStepEnabled, getStepConfig, getStepCondition } from "#core/document/step.ts";
import {
  type VariableProducers,
  isPlatformVariable,
  getVariableNameOfStepResult,
} from "./find-variable-producers.ts";

/** `maybe`: each setter can be skipped or fail; `unset`: none runs before; `input`: no step sets it. */
export type VariableReadCertainty = "surely" | "maybe" | "unset" | "input" | "platform";

export interface ResolvedVariableRead {
  readonly step: StepKey;
  readonly reference: StepVariableReference;
  readonly state: VariableReadCertainty;
  /** Nearest first, up to the first step that surely sets the variable. */
  readonly sources: readonly StepKey[];
}

export type ResolvedVariableReadsByStep = ReadonlyMap<StepKey, readonly ResolvedVariableRead[]>;

export interface VariableValueSources {
  readonly steps: readonly StepKey[];
  readonly isSure: boolean;
}

const NO_SOURCE: VariableValueSources = { steps: [], isSure: false };

/** A branch inherits the variables around its conditional without changing that scope. */
class Scope {
  readonly own = new Map<string, VariableValueSources>();
  readonly #outside: Scope | undefined;

  constructor(outside?: Scope) {
    this.#outside = outside;
  }

  find(name: string): VariableValueSources {
    return this.own.get(name) ?? this.#outside?.find(name) ?? NO_SOURCE;
  }

  set(name: string, step: StepKey, isSure: boolean): void {
    if (isSure) return void this.own.set(name, { steps: [step], isSure });
    const before = this.find(name);
    this.own.set(name, { steps: [step, ...before.steps], isSure: before.isSure });
  }

  /** `mayBeSkipped`: possibly neither branch runs, so variables that both set may still be unset. */
  join(first: Scope, second: Scope, mayBeSkipped: boolean): void {
    for (const name of new Set([...first.own.keys(), ...second.own.keys()])) {
      const ways = [second.find(name), first.find(name), ...(mayBeSkipped ? [this.find(name)] : [])];
      const before = new Set(this.find(name).steps);
      const steps = [...new Set(ways.flatMap((way) => way.steps))];
      this.own.set(name, {
        // Steps inside the branches are nearer to later steps than those above the conditional.
        steps: [...steps.filter((step) => !before.has(step)), ...steps.filter((step) => before.has(step))],
        isSure: ways.every(({ isSure }) => isSure),
      });
    }
  }
}

export interface ResolveReadsOptions {
  readonly types: StepTypeLookup;
  readonly survey: VariableProducers;
  readonly only?: ReadonlySet<string>;
  readonly visit?: (step: StepKey, find: (name: string) => VariableValueSources) => void;
}

export function resolveVariableReads(
  document: FlowDocument,
  options: ResolveReadsOptions,
): ResolvedVariableReadsByStep {
  const { types, survey, only, visit } = options;
  const resolved = new Map<StepKey, readonly ResolvedVariableRead[]>();
  const isIncluded = (name: string) => only === undefined || only.has(name);

  const resolve = (reference: StepVariableReference, step: StepKey, scope: Scope): ResolvedVariableRead => {
    const { name } = reference;
    if (isPlatformVariable(name)) return { step, reference, state: "platform", sources: NO_SOURCE.steps };
    const { steps: sources, isSure } = scope.find(name);
    if (sources.length > 0) return { step, reference, state: isSure ? "surely" : "maybe", sources };
    const state = survey.producers.has(name) ? "unset" : "input";
    return { step, reference, state, sources };
  };

  const run = (node: StepNode, scope: Scope): void => {
    if (!isStepEnabled(node)) return;
    visit?.(node.key, (name) => scope.find(name));
    const { reads, sets } = readStepReferences(node, types);
    const found: ResolvedVariableRead[] = [];
    for (const reference of reads) {
      if (isIncluded(reference.name)) found.push(resolve(reference, node.key, scope));
    }
    if (found.length > 0) resolved.set(node.key, found);
    if (node.branches) {
      const [first, second] = BRANCH_NAMES.map((branch) => {
        const inside = new Scope(scope);
        for (const step of node.branches?.[branch] ?? []) run(step, inside);
        return inside;
      });
      if (first && second) scope.join(first, second, getStepCondition(node) !== "");
    }
    const byName = survey.stepNames.size > 0 ? getVariableNameOfStepResult(node, survey) : undefined;
    if (sets.length === 0 && byName === undefined) return;
    const isSure = getStepCondition(node) === "" && !mayContinueUnset(node);
    for (const { name } of sets) if (isIncluded(name)) scope.set(name, node.key, isSure);
    if (byName !== undefined && isIncluded(byName)) scope.set(byName, node.key, isSure);
  };

  const root = new Scope();
  for (const node of document.steps) run(node, root);
  return resolved;
}

/** `errorHandling` is `continue` without a `defaultValue`. */
function mayContinueUnset(node: StepNode): boolean {
  const config = getStepConfig(node);
  const handling = config["errorHandling"];
  const onError = isJsonObject(handling) ? handling["onError"] : handling;
  return onError === "continue" && !Object.hasOwn(config, "defaultValue");
}
