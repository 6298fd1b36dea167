import type { StepKey } from "#core/document/flow-document.ts";
import type { FlowAnalysisResult } from "./analyze.ts";
import { getQuotedStepNameByKey } from "./explain-read.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { formatCountWithNoun } from "#core/text/format-count.ts";

/** Lists warnings about renaming a variable, for example that other steps already set a variable with the new name. */
export function listRenameWarnings(
  { document, survey, inputs }: FlowAnalysisResult,
  from: string,
  to: string,
): readonly string[] {
  const warnings: string[] = [];
  const setters = survey.producers.get(to);
  const input = inputs.find(({ name }) => name === to);
  if (from === to) return warnings;
  if (setters && survey.stepNames.has(to)) {
    warnings.push(
      `${quoteName(to)} is also the name of a step. References to its result will read this variable.`,
    );
  } else if (setters) {
    const who = nameFirst(setters, (key) => getQuotedStepNameByKey(document, key));
    warnings.push(`${quoteName(to)} is already set by ${who}. The variables will be merged.`);
  } else if (input) {
    const readers = new Set(input.reads.map(({ step }) => step)).size;
    const who = formatCountWithNoun(readers, "step");
    warnings.push(`${quoteName(to)} is already an input, used by ${who}. The variables will be merged.`);
  }
  if (!survey.producers.has(from)) {
    warnings.push(`${quoteName(from)} is an input. Runs must supply it as ${quoteName(to)}.`);
  }
  return warnings;
}

function nameFirst([first, ...others]: readonly StepKey[], nameOf: (key: StepKey) => string): string {
  if (first === undefined) return "";
  return others.length === 0
    ? nameOf(first)
    : `${nameOf(first)} and ${formatCountWithNoun(others.length, "more step")}`;
}
