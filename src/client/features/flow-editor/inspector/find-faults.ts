import type { JsonPath } from "#core/json.ts";
import type { TextFault } from "#core/references/reference.ts";

/** The faults of one text of a step, by its path inside the step. */
export function findFaults(faults: readonly TextFault[], path: JsonPath): readonly TextFault[] {
  return faults.filter(
    ({ at }) => at.length === path.length && at.every((key, depth) => key === path[depth]),
  );
}
