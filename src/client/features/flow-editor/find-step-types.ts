import { FAMILIES, STEP_TYPES, type StepType } from "#contract/step-types.ts";

export interface StepTypeGroup {
  readonly heading: string;
  readonly types: readonly StepType[];
}

/**
 * The step types to choose from: with nothing typed the recent ones and then all by family, else one list of those that
 * hold every word in their label, type or family, those whose label begins with what was typed first.
 */
export function findStepTypes(query: string, recent: readonly StepType[]): readonly StepTypeGroup[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) {
    const families = FAMILIES.map((family) => ({
      heading: family,
      types: STEP_TYPES.filter((step) => step.family === family),
    }));
    return [{ heading: "Recent", types: recent }, ...families].filter(({ types }) => types.length > 0);
  }
  const types = STEP_TYPES.map((type) => ({ type, rank: rankOf(type, words) }))
    .filter(({ rank }) => rank < NO_MATCH)
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ type }) => type);
  return types.length === 0 ? [] : [{ heading: "Found", types }];
}

const NO_MATCH = 4;

function rankOf({ label, type, family }: StepType, words: readonly string[]): number {
  const name = label.toLowerCase();
  const everything = `${name} ${type} ${family.toLowerCase()}`;
  if (name.startsWith(words.join(" "))) return 0;
  if (words.every((word) => name.split(" ").some((part) => part.startsWith(word)))) return 1;
  if (words.every((word) => name.includes(word))) return 2;
  return words.every((word) => everything.includes(word)) ? 3 : NO_MATCH;
}
