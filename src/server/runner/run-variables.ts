import { type JsonObject, type JsonValue, getAtPath, isJsonObject } from "#core/json.ts";
import { StepFailure } from "./step-failure.ts";

/** Characters of JSON that one variable may hold, and all of a run together. */
const VALUE_LIMIT = 6 * 1024 * 1024;
const RUN_LIMIT = 48 * 1024 * 1024;
/** What is nested deeper could not be walked through any more. */
const MAX_DEPTH = 500;

interface Variable {
  readonly value: JsonValue;
  readonly json: string;
}

/** What the steps of one run have to read. */
export class RunVariables {
  readonly #values = new Map<string, Variable>();
  readonly #stepResults = new Map<string, JsonValue>();
  readonly #platform: ReadonlyMap<string, () => JsonValue>;
  readonly #produced: ReadonlySet<string>;
  #length = 0;
  #resultsLength = 0;

  /** `produced` are the names that some step of the flow sets, whether or not it runs. */
  constructor(
    platform: ReadonlyMap<string, () => JsonValue>,
    produced: ReadonlySet<string>,
    inputs: JsonObject,
  ) {
    this.#platform = platform;
    this.#produced = produced;
    for (const [name, value] of Object.entries(inputs)) this.set(name, value);
  }

  /** Undefined where nobody has set it. What the platform sets, nothing else can. */
  find(name: string, path: readonly string[] = []): JsonValue | undefined {
    const platform = this.#platform.get(name);
    if (platform) return getAtPath(platform(), path);
    const known = this.#values.get(name);
    if (known) return getAtPath(known.value, path);
    // A step's name stands for its result where no step sets a variable of that name (the editor reads it so too).
    return this.#produced.has(name) ? undefined : getAtPath(this.#stepResults.get(name), path);
  }

  /** Throws a `StepFailure` where all of them would become too large. */
  set(name: string, value: JsonValue): void {
    const json = writeValue(value);
    const length = this.#length - (this.#values.get(name)?.json.length ?? 0) + json.length;
    if (length > RUN_LIMIT) {
      throw new StepFailure(
        "All variables of this run together are larger than 48 MB: keep only what later steps need.",
      );
    }
    this.#length = length;
    this.#values.set(name, { value, json });
  }

  /**
   * Throws a `StepFailure` where all of them would become too large, those of steps of one name counted too: what a run
   * tells holds them all.
   */
  setStepResult(stepName: string, value: JsonValue): void {
    const length = this.#resultsLength + writeValue(value).length;
    if (length > RUN_LIMIT) {
      throw new StepFailure(
        "The results of all steps of this run together are larger than 48 MB: return only what later steps need.",
      );
    }
    this.#resultsLength = length;
    this.#stepResults.set(stepName, value);
  }

  /** Every variable as JSON, by name. */
  toJson(): Readonly<Record<string, string>> {
    const own = [...this.#values].map(([name, { json }]) => [name, json] as const);
    const platform = [...this.#platform].map(([name, value]) => [name, JSON.stringify(value())] as const);
    return Object.fromEntries([...own, ...platform]);
  }

  /** Names that a step may yet set: in a script they are undefined, not unknown. */
  get unset(): readonly string[] {
    return [...this.#produced].filter((name) => this.find(name) === undefined);
  }
}

/** Throws a `StepFailure` for what is too large or too deep to be carried from step to step. */
export function writeValue(value: JsonValue): string {
  if (isDeep(value)) {
    throw new StepFailure(
      `The result is nested more than ${MAX_DEPTH} levels deep, which no later step could read.`,
    );
  }
  const json = JSON.stringify(value);
  if (json.length > VALUE_LIMIT) {
    throw new StepFailure("The result is larger than the 6 MB that a variable can hold: keep less of it.");
  }
  return json;
}

/** Goes down level by level: there may be more of them than a call stack holds. */
function isDeep(value: JsonValue): boolean {
  let level: readonly JsonValue[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((item) =>
      Array.isArray(item) ? (item as readonly JsonValue[]) : isJsonObject(item) ? Object.values(item) : [],
    );
  }
  return false;
}
