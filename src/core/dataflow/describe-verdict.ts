import type { FlowDocument } from "#core/flow-document.ts";
import { describeRefusal } from "#core/move-steps.ts";
import { explainUnset, nameStep } from "./explain-read.ts";
import type { Verdict } from "./plan-verdicts.ts";
import type { ResolvedRead } from "./resolve-reads.ts";
import type { NameSurvey } from "./survey-names.ts";

/**
 * What an edit would do, in sentences: “Breaks 1 reference: Summarise reads “page”, which Fetch page sets later, at step 5.”
 * Empty for a safe one that mends nothing. `after` is the flow as the edit leaves it.
 */
export function describeVerdict(after: FlowDocument, verdict: Verdict, survey: NameSurvey): string {
  if (verdict.type === "refused") return describeRefusal(verdict.refusal);
  const { broken, changed, mended } = verdict;
  const sentences: string[] = [];
  const losses = distinct(broken);
  const [loss] = losses;
  if (loss) sentences.push(`Breaks ${count(losses, "reference")}: ${explainBreak(after, loss, survey)}`);
  const turns = distinct(changed.map((change) => change.after));
  const [turn] = changed;
  if (turn)
    sentences.push(`Changes ${count(turns, "reference")}: ${explainChange(after, turn.before, turn.after)}`);
  const gains = distinct(mended);
  const [gain] = gains;
  if (gain) {
    const what = `${nameStep(after, gain.step)} finds “${gain.reference.name}”`;
    sentences.push(`Mends ${count(gains, "reference")}: ${what}.`);
  }
  return sentences.join(" ");
}

/** Why a reference finds nothing after the edit, as a sentence. */
function explainBreak(
  after: FlowDocument,
  { step, reference: { name } }: ResolvedRead,
  { producers, stepNames }: NameSurvey,
): string {
  return explainUnset(after, step, name, producers.get(name) ?? [], stepNames.has(name)).message;
}

function explainChange(document: FlowDocument, before: ResolvedRead, after: ResolvedRead): string {
  const reads = `${nameStep(document, after.step)} reads “${after.reference.name}”`;
  const [now, then] = [nameSources(document, after), nameSources(document, before)];
  const isLessSure = before.state === "surely" && after.state === "maybe";
  if (now === then) return `${reads}, which may not be set there.`;
  return `${reads} from ${now} instead of ${then}${isLessSure ? ", and it may not be set" : ""}.`;
}

/** “Fetch page”, “Fetch page or Clean”, “Fetch page or 3 others”: the one whose value it most probably is comes first. */
function nameSources(document: FlowDocument, { sources }: ResolvedRead): string {
  const [first, second] = sources.map((step) => nameStep(document, step));
  if (sources.length <= 1 || second === undefined) return first ?? "no step";
  return `${first} or ${sources.length === 2 ? second : `${sources.length - 1} others`}`;
}

/** One of each variable in each step: a prompt that names a variable five times has one reference to lose. */
function distinct(reads: readonly ResolvedRead[]): readonly ResolvedRead[] {
  const seen = new Set<string>();
  return reads.filter(({ step, reference: { name } }) => {
    const id = `${step}\n${name}`;
    if (seen.has(id)) return false;
    seen.add(id);
    return true;
  });
}

function count(items: readonly unknown[], noun: string): string {
  return `${items.length} ${noun}${items.length === 1 ? "" : "s"}`;
}
