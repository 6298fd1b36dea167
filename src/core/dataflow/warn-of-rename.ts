import type { StepKey } from "#core/flow-document.ts";
import type { Analysis } from "./analyse.ts";
import { nameStep } from "./explain-read.ts";

/** What a person should know before a variable gets another name: who uses either of them for what; sentences. */
export function warnOfRename(
  { document, survey, inputs }: Analysis,
  from: string,
  to: string,
): readonly string[] {
  const warnings: string[] = [];
  const setters = survey.producers.get(to);
  const input = inputs.find(({ name }) => name === to);
  if (from === to) return warnings;
  if (setters && survey.stepNames.has(to)) {
    warnings.push(
      `The result of the step ${to} is read by that name: those who read it will get this variable.`,
    );
  } else if (setters) {
    const who = nameFirst(setters, (key) => nameStep(document, key));
    warnings.push(`“${to}” is in use already, set by ${who}: the two become one variable.`);
  } else if (input) {
    const readers = new Set(input.reads.map(({ step }) => step)).size;
    const who = readers === 1 ? "1 step reads" : `${readers} steps read`;
    warnings.push(`${who} “${to}” as an input of the flow already: it becomes the same as this one.`);
  }
  if (!survey.producers.has(from)) {
    warnings.push(`No step sets “${from}”: whoever runs the flow has to supply it under the new name.`);
  }
  return warnings;
}

function nameFirst([first, ...others]: readonly StepKey[], nameOf: (key: StepKey) => string): string {
  if (first === undefined) return "";
  return others.length === 0 ? nameOf(first) : `${nameOf(first)} and ${others.length} more`;
}
