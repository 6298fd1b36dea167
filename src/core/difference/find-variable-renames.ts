import type { JsonPath } from "#core/json.ts";
import type { Change, FieldChange } from "./find-changes.ts";

/** Whether a path is that of the field in which a step names the variable that it sets. */
export function isOutputName([first, second, ...rest]: JsonPath): boolean {
  return (
    first === "config" && rest.length === 0 && (second === "outputVariable" || second === "variableName")
  );
}

/** Renamed variables, and the fields in which nothing else than such a name changed. */
export function findVariableRenames(changes: readonly Change[]) {
  const renames = changes.flatMap((change) => {
    if (change.type !== "field" || !isOutputName(change.path)) return [];
    const { before, after } = change;
    return typeof before === "string" && typeof after === "string" && before !== ""
      ? [{ change, before, after }]
      : [];
  });
  const uses = new Set<Change>();
  const counts = new Map<FieldChange, number>();
  for (const change of changes) {
    if (change.type !== "field" || isOutputName(change.path)) continue;
    const { before: text, after } = change;
    if (typeof text !== "string") continue;
    const rename = renames.find(
      ({ before, after: to }) => text.includes(before) && replaceWord(text, before, to) === after,
    );
    if (!rename) continue;
    uses.add(change);
    counts.set(rename.change, (counts.get(rename.change) ?? 0) + 1);
  }
  return {
    isUse: (change: Change) => uses.has(change),
    countUses: (change: FieldChange) => counts.get(change) ?? 0,
  };
}

function replaceWord(text: string, word: string, by: string): string {
  const pattern = word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return text.replaceAll(new RegExp(`(?<![\\w$])${pattern}(?![\\w$])`, "g"), () => by);
}
