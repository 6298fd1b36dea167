import { BRANCHES, type FlowDocument, type StepKey, type StepNode } from "#core/flow-document.ts";
import { isJsonObject } from "#core/json.ts";
import { readStepReferences } from "#core/references/read-step-references.ts";
import type { Reference, StepTypes } from "#core/references/reference.ts";
import { isEnabled, stepConfig, stepWhen } from "#core/step.ts";
import { type NameSurvey, isPlatformName, nameAsResult } from "./survey-names.ts";

/**
 * What a reference finds when its step runs. `maybe`: every step before that sets it may be passed over or fail. `unset`:
 * steps set it, but none that has run by then. `input`: no step of the flow sets it, so the run has to supply it.
 */
export type ReadState = "surely" | "maybe" | "unset" | "input" | "platform";

export interface ResolvedRead {
  readonly step: StepKey;
  readonly reference: Reference;
  readonly state: ReadState;
  /** The steps whose value it may be, the nearest first: those that maybe set it, up to one that surely does. */
  readonly sources: readonly StepKey[];
}

/** The references of every step that runs, in the order of its texts; a step that is switched off, or inside one, has none. */
export type FlowReads = ReadonlyMap<StepKey, readonly ResolvedRead[]>;

/** Who may have set a variable at one point of the flow. */
export interface Source {
  readonly steps: readonly StepKey[];
  readonly isSure: boolean;
}

const NOBODY: Source = { steps: [], isSure: false };

/** What is set at one point of a list; a branch adds to what it found without changing it. */
class Scope {
  readonly own = new Map<string, Source>();
  readonly #outside: Scope | undefined;

  constructor(outside?: Scope) {
    this.#outside = outside;
  }

  find(name: string): Source {
    return this.own.get(name) ?? this.#outside?.find(name) ?? NOBODY;
  }

  set(name: string, step: StepKey, isSure: boolean): void {
    if (isSure) return void this.own.set(name, { steps: [step], isSure });
    const before = this.find(name);
    this.own.set(name, { steps: [step, ...before.steps], isSure: before.isSure });
  }

  /** Goes on after two branches of which one has run; `mayBeSkipped`: or neither. */
  join(first: Scope, second: Scope, mayBeSkipped: boolean): void {
    for (const name of new Set([...first.own.keys(), ...second.own.keys()])) {
      const ways = [second.find(name), first.find(name), ...(mayBeSkipped ? [this.find(name)] : [])];
      const before = new Set(this.find(name).steps);
      const steps = [...new Set(ways.flatMap((way) => way.steps))];
      this.own.set(name, {
        // What a branch set is nearer than what both found.
        steps: [...steps.filter((step) => !before.has(step)), ...steps.filter((step) => before.has(step))],
        isSure: ways.every(({ isSure }) => isSure),
      });
    }
  }
}

export interface ResolveOptions {
  readonly types: StepTypes;
  readonly survey: NameSurvey;
  /** Looks at these names only, as if no step used another. */
  readonly only?: ReadonlySet<string>;
  /** Told of every step that runs, with what it finds there; for the time of the call only. */
  readonly visit?: (step: StepKey, find: (name: string) => Source) => void;
}

/** Follows a flow from its first step to its last: for every reference, the steps that its value can come from. */
export function resolveReads(document: FlowDocument, options: ResolveOptions): FlowReads {
  const { types, survey, only, visit } = options;
  const resolved = new Map<StepKey, readonly ResolvedRead[]>();
  const isAsked = (name: string) => only === undefined || only.has(name);

  const resolve = (reference: Reference, step: StepKey, scope: Scope): ResolvedRead => {
    const { name } = reference;
    if (isPlatformName(name)) return { step, reference, state: "platform", sources: NOBODY.steps };
    const { steps: sources, isSure } = scope.find(name);
    if (sources.length > 0) return { step, reference, state: isSure ? "surely" : "maybe", sources };
    const state = survey.producers.has(name) ? "unset" : "input";
    return { step, reference, state, sources };
  };

  const run = (node: StepNode, scope: Scope): void => {
    if (!isEnabled(node)) return;
    visit?.(node.key, (name) => scope.find(name));
    const { reads, sets } = readStepReferences(node, types);
    const found: ResolvedRead[] = [];
    for (const reference of reads) {
      if (isAsked(reference.name)) found.push(resolve(reference, node.key, scope));
    }
    if (found.length > 0) resolved.set(node.key, found);
    if (node.branches) {
      const [first, second] = BRANCHES.map((branch) => {
        const inside = new Scope(scope);
        for (const step of node.branches?.[branch] ?? []) run(step, inside);
        return inside;
      });
      if (first && second) scope.join(first, second, stepWhen(node) !== "");
    }
    const byName = survey.stepNames.size > 0 ? nameAsResult(node, survey) : undefined;
    if (sets.length === 0 && byName === undefined) return;
    const isSure = stepWhen(node) === "" && !mayGoOnUnset(node);
    for (const { name } of sets) if (isAsked(name)) scope.set(name, node.key, isSure);
    if (byName !== undefined && isAsked(byName)) scope.set(byName, node.key, isSure);
  };

  const root = new Scope();
  for (const node of document.steps) run(node, root);
  return resolved;
}

/**
 * Whether the flow goes on without a value when the step fails: its `errorHandling` says `continue`, in either of the
 * forms that sources show, and there is no `defaultValue` to go on with.
 */
function mayGoOnUnset(node: StepNode): boolean {
  const config = stepConfig(node);
  const handling = config["errorHandling"];
  const onError = isJsonObject(handling) ? handling["onError"] : handling;
  return onError === "continue" && !Object.hasOwn(config, "defaultValue");
}
