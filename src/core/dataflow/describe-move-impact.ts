import type { FlowDocument } from "#core/document/flow-document.ts";
import { describeMoveRefusal } from "#core/document/step-place.ts";
import { explainUnsetVariable, getQuotedStepNameByKey } from "./explain-read.ts";
import type { StepMoveImpact } from "./step-move-impact-lookup.ts";
import type { ResolvedVariableRead } from "./resolve-reads.ts";
import type { VariableProducers } from "./find-variable-producers.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { formatCountWithNoun } from "#core/text/format-count.ts";

/** “Breaks 2 references: Summarize needs page, but Fetch page sets it later (step 5).” Empty without effect. */
export function describeStepMoveImpact(
  after: FlowDocument,
  impact: StepMoveImpact,
  survey: VariableProducers,
): string {
  if (impact.type === "refused") return describeMoveRefusal(impact.refusal);
  const { broken, changed, fixed } = impact;
  const sentences: string[] = [];
  const losses = distinct(broken);
  const [loss] = losses;
  if (loss) {
    const count = losses.length === 1 ? "" : `Breaks ${formatCountWithNoun(losses.length, "reference")}: `;
    sentences.push(`${count}${explainBreak(after, loss, survey)}`);
  }
  const changedReads = distinct(changed.map((change) => change.after));
  const [firstChange] = changed;
  if (firstChange)
    sentences.push(
      `Changes ${formatCountWithNoun(changedReads.length, "reference")}: ${explainChange(after, firstChange.before, firstChange.after)}`,
    );
  const gains = distinct(fixed);
  const [gain] = gains;
  if (gain) {
    const what = `${getQuotedStepNameByKey(after, gain.step)} can read ${quoteName(gain.reference.name)}`;
    sentences.push(`Fixes ${formatCountWithNoun(gains.length, "reference")}: ${what}.`);
  }
  return sentences.join(" ");
}

function explainBreak(
  after: FlowDocument,
  { step, reference: { name } }: ResolvedVariableRead,
  { producers, stepNames }: VariableProducers,
): string {
  const read = { reader: step, name, isStepName: stepNames.has(name) };
  return explainUnsetVariable(after, read, producers.get(name) ?? []).message;
}

function explainChange(
  document: FlowDocument,
  before: ResolvedVariableRead,
  after: ResolvedVariableRead,
): string {
  const reads = `${getQuotedStepNameByKey(document, after.step)} reads ${quoteName(after.reference.name)}`;
  const [now, then] = [nameSources(document, after), nameSources(document, before)];
  const isLessSure = before.state === "surely" && after.state === "maybe";
  if (now === then) return `${reads}, which may not be set there.`;
  return `${reads} from ${now} instead of ${then}.${isLessSure ? " The value may not be set." : ""}`;
}

function nameSources(document: FlowDocument, { sources }: ResolvedVariableRead): string {
  const [first, second] = sources.map((step) => getQuotedStepNameByKey(document, step));
  if (sources.length <= 1 || second === undefined) return first ?? "no step";
  return `${first} or ${sources.length === 2 ? second : formatCountWithNoun(sources.length - 1, "other")}`;
}

/** Keeps one read per step and variable, because a prompt that names a variable five times counts as one reference. */
function distinct(reads: readonly ResolvedVariableRead[]): readonly ResolvedVariableRead[] {
  const seen = new Set<string>();
  return reads.filter(({ step, reference: { name } }) => {
    const id = `${step}\n${name}`;
    if (seen.has(id)) return false;
    seen.add(id);
    return true;
  });
}
