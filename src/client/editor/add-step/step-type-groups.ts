import { findStepFacts } from "#contract/find-step-facts.ts";
import { type StepType, STEP_CATEGORIES, STEP_TYPES } from "#contract/step-types.ts";
import type { StepTypeDescription } from "#contract/step-description.ts";
import type { ServerRunEnvironment } from "#core/dataflow/find-environment-problems.ts";

export type StepTypeHelp = Pick<StepTypeDescription, "help" | "terms">;

export const NEEDS_PLATFORM = "Needs the Runtype platform";

/** Returns what the server lacks to run steps of the type; undefined if it can run them. */
export function findMissingRequirement(
  type: string,
  { models, mail, stepTypes }: Pick<ServerRunEnvironment, "models" | "mail" | "stepTypes">,
): string | undefined {
  if (!stepTypes.includes(type)) return NEEDS_PLATFORM;
  const { needs } = findStepFacts(type);
  if (needs === "models" && !models) return "needs a model";
  return needs === "mail" && !mail ? "needs mail" : undefined;
}

/** Types that most flows begin with, in this order; the first is preselected. */
const COMMON_TYPES = ["prompt", "api-call", "conditional", "transform-data", "set-variable", "send-email"];

export interface StepTypeGroup {
  readonly heading: string;
  readonly types: readonly StepType[];
}

/** Lists each type in one group: the common ones, the others by category, and last those that are not available. */
export function groupStepTypes(isAvailable: (step: StepType) => boolean): readonly StepTypeGroup[] {
  const available = STEP_TYPES.filter(isAvailable);
  const isCommon = ({ type }: StepType) => COMMON_TYPES.includes(type);
  const common = available
    .filter(isCommon)
    .toSorted((a, b) => COMMON_TYPES.indexOf(a.type) - COMMON_TYPES.indexOf(b.type));
  const categories = STEP_CATEGORIES.map((category) => ({
    heading: category,
    types: available.filter((step) => step.category === category && !isCommon(step)),
  }));
  const others = { heading: NEEDS_PLATFORM, types: STEP_TYPES.filter((step) => !isAvailable(step)) };
  return [{ heading: "Common", types: common }, ...categories, others].filter(
    ({ types }) => types.length > 0,
  );
}

interface StepTypeSearchOptions {
  readonly recent: readonly StepType[];
  readonly describe?: ((type: string) => StepTypeHelp | undefined) | undefined;
  readonly isAvailable: (step: StepType) => boolean;
}

export const splitIntoWords = (query: string) => query.toLowerCase().split(/\s+/).filter(Boolean);

/** Lists the types that match all words: available types first, then by quality; recent types win ties. */
export function searchStepTypes(
  words: readonly string[],
  { recent, describe, isAvailable }: StepTypeSearchOptions,
): readonly StepType[] {
  return [...new Set([...recent, ...STEP_TYPES])]
    .map((step) => ({ step, rank: rankOf(step, words, describe?.(step.type)) }))
    .filter(({ rank }) => rank < NO_MATCH)
    .toSorted((a, b) => Number(isAvailable(b.step)) - Number(isAvailable(a.step)) || a.rank - b.rank)
    .map(({ step }) => step);
}

const NO_MATCH = 30;

function rankOf(
  { label, type, category }: StepType,
  words: readonly string[],
  { help = "", terms = "" }: Partial<StepTypeHelp> = {},
): number {
  const name = label.toLowerCase();
  if (name.startsWith(words.join(" "))) return 0;
  // Short words match only at the beginning of a word: “if” would find “notify”.
  const matches = (text: string, minLength = 4) =>
    words.every((word) => ` ${text}`.includes(word.length < minLength ? ` ${word}` : word));
  if (matches(name, Infinity)) return 10;
  // Search terms are ordered by importance, so a match with the first term ranks high.
  if (words.length === 1 && terms.startsWith(`${words[0]} `)) return 11;
  const nameAndTerms = `${name} ${terms}`;
  if (matches(nameAndTerms, Infinity)) return 12;
  if (matches(name)) return 20;
  return matches(`${nameAndTerms} ${type} ${category} ${help}`.toLowerCase()) ? 21 : NO_MATCH;
}
