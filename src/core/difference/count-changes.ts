import type { DocumentChange } from "./find-changes.ts";
import { formatCountInEnglish } from "#core/text/format-count.ts";

/** Includes steps inside an added or removed one; a changed name or description of the flow is an edit. */
export interface DocumentChangeCountsByKind {
  readonly added: number;
  readonly removed: number;
  readonly moved: number;
  readonly switched: number;
  readonly edited: number;
}

export function countDocumentChangesByKind(changes: readonly DocumentChange[]): DocumentChangeCountsByKind {
  const count = (type: DocumentChange["type"]) => changes.filter((change) => change.type === type).length;
  const fields = changes.flatMap((change) => (change.type === "field" ? [change] : []));
  const isSwitch = ({ path }: (typeof fields)[number]) => path.length === 1 && path[0] === "enabled";
  const edited = new Set(fields.filter((change) => !isSwitch(change)).map(({ key }) => key));
  return {
    added: count("add"),
    removed: count("remove"),
    moved: count("move"),
    switched: fields.filter(isSwitch).length,
    edited: edited.size + (count("rename") + count("describe") > 0 ? 1 : 0),
  };
}

export function describeChangeCounts(counts: DocumentChangeCountsByKind): string | undefined {
  const words = Object.entries(counts).flatMap(([kind, count]) =>
    count > 0 ? [`${formatCountInEnglish(count)} ${kind === "switched" ? "toggled" : kind}`] : [],
  );
  return words.length > 0 ? words.join(", ") : undefined;
}
