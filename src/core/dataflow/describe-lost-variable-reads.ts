import type { FlowDocument } from "#core/document/flow-document.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { getQuotedStepNameByKey } from "./explain-read.ts";
import type { ResolvedVariableRead } from "./resolve-reads.ts";
import { formatCountWithNoun, formatCountInEnglish } from "#core/text/format-count.ts";

/** Maximum number of variables that the sentence names; any further variables are only counted. */
const MAX_NAMED = 2;

/** “2 steps use “page” and “title”, which are no longer set.” Empty if there are no losses. */
export function describeLostVariableReads(
  document: FlowDocument,
  losses: readonly ResolvedVariableRead[],
): string {
  const steps = new Set(losses.map(({ step }) => step));
  const names = [...new Set(losses.map(({ reference }) => reference.name))].map(quoteName);
  const [first] = steps;
  if (first === undefined) return "";
  const who =
    steps.size === 1
      ? `${getQuotedStepNameByKey(document, first)} uses`
      : `${formatCountWithNoun(steps.size, "step")} use`;
  return `${who} ${listAll(names, "more")}, which ${names.length === 1 ? "is" : "are"} no longer set.`;
}

function listAll(items: readonly string[], rest: string): string {
  const [first = "", second] = items;
  if (second === undefined) return first;
  return items.length > MAX_NAMED
    ? `${first}, ${second} and ${formatCountInEnglish(items.length - MAX_NAMED)} ${rest}`
    : `${first} and ${second}`;
}
