import type { Change } from "./find-changes.ts";

/** How much differs, by kind. A step that is added or removed counts with those inside it; the flow itself counts as edited. */
export interface ChangeCounts {
  readonly added: number;
  readonly removed: number;
  readonly moved: number;
  readonly switched: number;
  /** Steps that say something else, whatever and however much of it. */
  readonly edited: number;
}

export function countChanges(changes: readonly Change[]): ChangeCounts {
  const count = (type: Change["type"]) => changes.filter((change) => change.type === type).length;
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

/** “2 added, 1 moved”; undefined where nothing differs. */
export function describeCounts(counts: ChangeCounts): string | undefined {
  const words = Object.entries(counts).flatMap(([kind, count]) => (count > 0 ? [`${count} ${kind}`] : []));
  return words.length > 0 ? words.join(", ") : undefined;
}
