import { stepTypeLookup } from "#contract/step-descriptions/step-type-lookup.ts";
import type { FlowDocument } from "#core/document/flow-document.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { listVariablesSetByStep } from "#core/references/variables-set-by-step.ts";
import { type JsonObject, type JsonValue, getJsonAtPath } from "#core/json/json.ts";
import { RUN_LIMITS } from "#server/domain/run-limits.ts";
import { RunValue } from "#server/domain/run-value.ts";
import { StepFailure, TOO_MANY_VALUES } from "#server/domain/step-failure.ts";

/** Limits the nesting of values, because deep nesting could overflow the call stack of recursive functions. */
const MAX_DEPTH = 500;

interface RunVariableSources {
  readonly platform: ReadonlyMap<string, () => JsonValue>;
  readonly document: FlowDocument;
  readonly inputs: JsonObject;
  readonly recordMetadata: JsonObject;
}

/** Finds variables in the order of precedence that the README of this folder lists. */
export class RunVariables {
  readonly #values = new Map<string, RunValue>();
  readonly #stepResults = new Map<string, RunValue>();
  readonly #platform: ReadonlyMap<string, () => JsonValue>;
  /** Names of all variables that the flow's steps set, even of steps that are skipped. */
  readonly #produced: ReadonlySet<string>;
  /** The record's metadata without the names that a step sets, or that are names of steps. */
  readonly #metadata: ReadonlyMap<string, JsonValue>;
  #metadataJson: readonly (readonly [string, string])[] | undefined;
  #length = 0;
  #resultsLength = 0;

  constructor({ platform, document, inputs, recordMetadata }: RunVariableSources) {
    const nodes = [...getLocationsOfAllSteps(document).values()].map(({ node }) => node);
    const produced = new Set(
      nodes.flatMap((node) => listVariablesSetByStep(node, stepTypeLookup).map(({ name }) => name)),
    );
    const stepNames = new Set(nodes.map(({ fields: { name } }) => name));
    this.#platform = platform;
    this.#produced = produced;
    this.#metadata = new Map(
      Object.entries(recordMetadata).filter(([name]) => !produced.has(name) && !stepNames.has(name)),
    );
    for (const [name, value] of Object.entries(inputs)) this.set(name, RunValue.of(value));
  }

  find(name: string, path: readonly string[] = []): JsonValue | undefined {
    const found = this.#locate(name);
    return getJsonAtPath(found instanceof RunValue ? found.value : found, path);
  }

  /** Finds a whole variable without parsing it. */
  findWhole(name: string): RunValue | undefined {
    const found = this.#locate(name);
    return found === undefined || found instanceof RunValue ? found : RunValue.of(found);
  }

  #locate(name: string): RunValue | JsonValue | undefined {
    const platform = this.#platform.get(name);
    if (platform) return platform();
    const known = this.#values.get(name);
    // Unless a step sets a variable of that name. The editor's analysis follows the same rule.
    if (known || this.#produced.has(name)) return known;
    return this.#stepResults.get(name) ?? this.#metadata.get(name);
  }

  /** The variables that are set, as they were when the run began if no step has ended. */
  get values(): Iterable<RunValue> {
    return this.#values.values();
  }

  /** Throws a `StepFailure` if the value, or all variables together, would be too large. */
  set(name: string, value: RunValue): void {
    assertFitsVariable(value);
    const length = this.#length - (this.#values.get(name)?.json.length ?? 0) + value.json.length;
    if (length > RUN_LIMITS.allVariablesBytes) {
      throw new StepFailure("The variables of this run exceed 48 MB. Store only what later steps use.");
    }
    this.#length = length;
    this.#values.set(name, value);
  }

  /** Throws a `StepFailure` above the total. Counts a result even if one of the same name replaces it. */
  setStepResult(stepName: string, value: RunValue): void {
    assertFitsVariable(value);
    const length = this.#resultsLength + value.json.length;
    if (length > RUN_LIMITS.allVariablesBytes) {
      throw new StepFailure("The step results of this run exceed 48 MB. Return only what later steps use.");
    }
    this.#resultsLength = length;
    this.#stepResults.set(stepName, value);
  }

  toJson(): Readonly<Record<string, string>> {
    const own = [...this.#values].map(([name, { json }]) => [name, json] as const);
    const platform = [...this.#platform].map(([name, value]) => [name, JSON.stringify(value())] as const);
    this.#metadataJson ??= [...this.#metadata].map(([name, value]) => [name, JSON.stringify(value)] as const);
    return Object.fromEntries([...this.#metadataJson, ...own, ...platform]);
  }

  /** Scripts read them as undefined instead of failing with a ReferenceError. */
  get unset(): readonly string[] {
    return [...this.#produced].filter((name) => this.#locate(name) === undefined);
  }
}

/** Throws a `StepFailure` if the value is too large or nested too deeply, or has too many values, for a result. */
export function assertFitsResult(value: RunValue): void {
  assertFitsVariable(value);
  if (value.size.values > RUN_LIMITS.resultValues) throw new StepFailure(TOO_MANY_VALUES);
}

/** Throws a `StepFailure` if the value is too large or nested too deeply for a variable. */
export function assertFitsVariable({ json, size }: RunValue): void {
  if (size.depth > MAX_DEPTH + 1) {
    throw new StepFailure(`The result is nested more than ${MAX_DEPTH} levels deep.`);
  }
  if (json.length > RUN_LIMITS.variableBytes) {
    throw new StepFailure("The result exceeds 6 MB, the limit of a variable.");
  }
}
