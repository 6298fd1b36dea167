import type { JsonPath } from "#core/json/json.ts";
import type { DocumentChange, StepFieldValueChange } from "./find-changes.ts";

export function isOutputVariablePath([first, second, ...rest]: JsonPath): boolean {
  return (
    first === "config" && rest.length === 0 && (second === "outputVariable" || second === "variableName")
  );
}

/** Finds renamed variables, and the fields in which only the name of a renamed variable changed. */
export function findVariableRenames(changes: readonly DocumentChange[]) {
  const renames = changes.flatMap((change) => {
    if (change.type !== "field" || !isOutputVariablePath(change.path)) return [];
    const { before, after } = change;
    return typeof before === "string" && typeof after === "string" && before !== ""
      ? [{ change, before, after }]
      : [];
  });
  const uses = new Set<DocumentChange>();
  const counts = new Map<StepFieldValueChange, number>();
  for (const change of changes) {
    if (change.type !== "field" || isOutputVariablePath(change.path)) continue;
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
    isUse: (change: DocumentChange) => uses.has(change),
    countUses: (change: StepFieldValueChange) => counts.get(change) ?? 0,
  };
}

function replaceWord(text: string, word: string, by: string): string {
  const pieces: string[] = [];
  let done = 0;
  for (let at = text.indexOf(word); at !== -1;) {
    const end = at + word.length;
    const isWhole = !isWordCharacter(text.charAt(at - 1)) && !isWordCharacter(text.charAt(end));
    if (isWhole) {
      pieces.push(text.slice(done, at), by);
      done = end;
    }
    at = text.indexOf(word, isWhole ? end : at + 1);
  }
  return pieces.join("") + text.slice(done);
}

function isWordCharacter(character: string): boolean {
  return /^[\w$]$/.test(character);
}
