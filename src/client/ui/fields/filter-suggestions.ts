export interface Suggestion {
  readonly value: string;
  /** Second line, such as the provider and the price. The search includes this line. */
  readonly detail?: string;
}

/** Suggestions that start with the query's first word come first. Without a query, `current` comes first. */
export function filterSuggestions(
  suggestions: readonly Suggestion[],
  query: string,
  current: string,
): readonly Suggestion[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const [first] = words;
  if (first === undefined) {
    const chosen = suggestions.filter(({ value }) => value === current);
    return chosen.length === 0
      ? suggestions
      : [...chosen, ...suggestions.filter(({ value }) => value !== current)];
  }
  const starting: Suggestion[] = [];
  const others: Suggestion[] = [];
  for (const suggestion of suggestions) {
    const text = getSearchText(suggestion);
    if (!words.every((word) => text.includes(word))) continue;
    (text.startsWith(first) ? starting : others).push(suggestion);
  }
  return [...starting, ...others];
}

const searchTexts = new WeakMap<Suggestion, string>();

function getSearchText(suggestion: Suggestion): string {
  const known = searchTexts.get(suggestion);
  if (known !== undefined) return known;
  const text = `${suggestion.value} ${suggestion.detail ?? ""}`.toLowerCase();
  searchTexts.set(suggestion, text);
  return text;
}
