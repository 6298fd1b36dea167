import { describeJsonStructure } from "#core/document/describe-json-structure.ts";
import type { JsonObject, JsonValue } from "#core/json/json.ts";
import { type JsonSize, measureJsonSize } from "#core/json/json-size.ts";

/** A longer text is kept without its parsed value, which takes many times the memory of the text. */
const MAX_KEPT_CHARACTERS = 64 * 1024;

const byObject = new WeakMap<object, RunValue>();

/** JSON text, parsed when something reads into it. The memory of a long parsed value may be reclaimed. */
export class RunValue {
  readonly json: string;
  readonly size: JsonSize;
  #scalarOrShort: JsonValue | undefined;
  #parsed: WeakRef<object> | undefined;
  #structure: JsonObject | undefined;

  private constructor(json: string, size: JsonSize, structure?: JsonObject) {
    this.json = json;
    this.size = size;
    this.#structure = structure;
  }

  /** Returns the same instance for the same object, so that its JSON is computed once. */
  static of(value: JsonValue): RunValue {
    const known = typeof value === "object" && value !== null ? byObject.get(value) : undefined;
    if (known) return known;
    const json = JSON.stringify(value);
    const created = new RunValue(json, measureJsonSize(json));
    created.#hold(value);
    return created;
  }

  /** Creates a value from JSON text as `JSON.stringify` writes it. `described` is known if a thread has read the text. */
  static fromJson(
    json: string,
    described?: { readonly size: JsonSize; readonly structure: JsonObject },
  ): RunValue {
    return new RunValue(json, described?.size ?? measureJsonSize(json), described?.structure);
  }

  get value(): JsonValue {
    const held = this.#scalarOrShort ?? (this.#parsed?.deref() as JsonValue | undefined);
    if (held !== undefined) return held;
    const parsed = JSON.parse(this.json) as JsonValue;
    this.#hold(parsed);
    return parsed;
  }

  /** The value if it is a string. */
  get text(): string | undefined {
    const value = this.size.depth === 0 ? this.value : undefined;
    return typeof value === "string" ? value : undefined;
  }

  /** The structure of the value as JSON Schema. */
  get structure(): JsonObject {
    this.#structure ??= describeJsonStructure(this.value);
    return this.#structure;
  }

  toJSON(): JsonValue {
    return this.value;
  }

  #hold(value: JsonValue): void {
    const isObject = typeof value === "object" && value !== null;
    if (isObject) byObject.set(value, this);
    if (isObject && this.json.length > MAX_KEPT_CHARACTERS) this.#parsed = new WeakRef(value);
    else this.#scalarOrShort = value;
  }
}

const LONG = 500_000;

/** Lets other requests run after work on a long text. */
export async function yieldToEventLoopIfLong(length: number): Promise<void> {
  if (length > LONG) await new Promise((resolve) => void setImmediate(resolve));
}
