import type { JsonPath } from "#core/json.ts";
import type { TextFault } from "#core/references/reference.ts";

/** The faults of one text of a step, by its path inside the step. */
export function findFaults(faults: readonly TextFault[], path: JsonPath): readonly TextFault[] {
  return faults.filter(
    ({ at }) => at.length === path.length && at.every((key, depth) => key === path[depth]),
  );
}

/** The first of a text's faults in a sentence, with its place where the text has several lines. */
export function describeFaults([first]: readonly TextFault[], text: string): string | undefined {
  if (!first || !text.includes("\n")) return first?.message;
  return `${first.message.replace(/\.$/, "")} (line ${first.line}, column ${first.column}).`;
}
