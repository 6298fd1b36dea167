import type { JsonPath } from "#core/json/json.ts";
import type { StepVariableReference } from "#core/references/reference.ts";

/** Compares the path objects by identity: all references in one text share one. */
export class ReportedVariableReferenceSet {
  readonly #names = new Map<JsonPath, Set<string>>();

  add({ at, name }: StepVariableReference): boolean {
    const names = this.#names.get(at);
    if (names?.has(name)) return false;
    if (names) names.add(name);
    else this.#names.set(at, new Set([name]));
    return true;
  }
}
