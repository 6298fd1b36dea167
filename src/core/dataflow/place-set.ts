import type { JsonPath } from "#core/json.ts";
import type { Reference } from "#core/references/reference.ts";

/** Remembers of which variable, in which text of one step, something was said. References of one text share its path. */
export class PlaceSet {
  readonly #names = new Map<JsonPath, Set<string>>();

  /** False where it was there already. */
  add({ at, name }: Reference): boolean {
    const names = this.#names.get(at);
    if (names?.has(name)) return false;
    if (names) names.add(name);
    else this.#names.set(at, new Set([name]));
    return true;
  }
}
