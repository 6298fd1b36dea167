import { type JsonObject, type JsonValue, getJsonAtPath, isJsonObject } from "#core/json/json.ts";
import { RUN_LIMITS } from "./run-limits.ts";
import { StepFailure } from "./step-failure.ts";
import { stringifyJsonValueWithCache } from "./value-json.ts";

/** Limits the nesting of values, because deep nesting could overflow the call stack of recursive functions. */
const MAX_DEPTH = 500;

interface Variable {
  readonly value: JsonValue;
  readonly json: string;
}

interface RunVariableSources {
  readonly platform: ReadonlyMap<string, () => JsonValue>;
  /** Names of all variables that the flow's steps set, even of steps that are skipped. */
  readonly produced: ReadonlySet<string>;
  readonly stepNames: ReadonlySet<string>;
  readonly inputs: JsonObject;
  readonly recordMetadata: JsonObject;
}

/** Finds variables in the order of precedence that the README of this folder lists. */
export class RunVariables {
  readonly #values = new Map<string, Variable>();
  readonly #stepResults = new Map<string, JsonValue>();
  readonly #platform: ReadonlyMap<string, () => JsonValue>;
  readonly #produced: ReadonlySet<string>;
  /** The record's metadata without the names that a step sets, or that are names of steps. */
  readonly #metadata: ReadonlyMap<string, JsonValue>;
  #metadataJson: readonly (readonly [string, string])[] | undefined;
  #length = 0;
  #resultsLength = 0;

  constructor({ platform, produced, stepNames, inputs, recordMetadata }: RunVariableSources) {
    this.#platform = platform;
    this.#produced = produced;
    this.#metadata = new Map(
      Object.entries(recordMetadata).filter(([name]) => !produced.has(name) && !stepNames.has(name)),
    );
    for (const [name, value] of Object.entries(inputs)) this.set(name, value);
  }

  find(name: string, path: readonly string[] = []): JsonValue | undefined {
    const platform = this.#platform.get(name);
    if (platform) return getJsonAtPath(platform(), path);
    const known = this.#values.get(name);
    if (known) return getJsonAtPath(known.value, path);
    // Resolves a step's name to the step's result, unless a step sets a variable of that name. The editor's analysis
    // follows the same rule.
    if (this.#produced.has(name)) return undefined;
    const source = this.#stepResults.has(name) ? this.#stepResults : this.#metadata;
    return getJsonAtPath(source.get(name), path);
  }

  /** Throws a `StepFailure` if the value, or all variables together, would be too large. */
  set(name: string, value: JsonValue): void {
    const json = stringifyVariableValue(value);
    const length = this.#length - (this.#values.get(name)?.json.length ?? 0) + json.length;
    if (length > RUN_LIMITS.allVariablesBytes) {
      throw new StepFailure("The variables of this run exceed 48 MB. Store only what later steps use.");
    }
    this.#length = length;
    this.#values.set(name, { value, json });
  }

  /**
   * Throws a `StepFailure` if the results of the run are too large in total. Counts a result even if a later step of
   * the same name replaces it, because the run reports both.
   */
  setStepResult(stepName: string, value: JsonValue): void {
    const length = this.#resultsLength + stringifyVariableValue(value).length;
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

  /**
   * Names of variables that some step sets, but that have no value yet. Scripts read them as undefined instead of
   * failing with a ReferenceError.
   */
  get unset(): readonly string[] {
    return [...this.#produced].filter((name) => this.find(name) === undefined);
  }
}

/** Returns the value's JSON. Throws a `StepFailure` if the value is too large or nested too deeply for a variable. */
export function stringifyVariableValue(value: JsonValue): string {
  if (isDeep(value)) {
    throw new StepFailure(`The result is nested more than ${MAX_DEPTH} levels deep.`);
  }
  const json = stringifyJsonValueWithCache(value);
  if (json.length > RUN_LIMITS.variableBytes) {
    throw new StepFailure("The result exceeds 6 MB, the limit of a variable.");
  }
  return json;
}

const MIN_CACHED_PARTS = 64;
const levelsOf = new WeakMap<object, number>();

/** Whether a value is nested too deeply. Caches the levels of large parts, which many variables may share. */
function isDeep(value: JsonValue): boolean {
  let visited = 0;
  // Stops at the maximum, because further recursion could overflow the call stack.
  const countLevels = (inside: JsonValue, allowed: number): number => {
    if (typeof inside !== "object" || inside === null) return 0;
    const known = levelsOf.get(inside);
    if (known !== undefined || allowed === 0) return known ?? Infinity;
    const before = visited;
    let levels = 0;
    for (const part of isJsonObject(inside) ? Object.values(inside) : inside) {
      visited += 1;
      levels = Math.max(levels, countLevels(part, allowed - 1));
      if (levels >= allowed) return Infinity;
    }
    // Caches no small parts: adding a million of them to the map would take longer than measuring them again.
    if (visited - before > MIN_CACHED_PARTS) levelsOf.set(inside, levels + 1);
    return levels + 1;
  };
  return countLevels(value, MAX_DEPTH + 1) > MAX_DEPTH + 1;
}
