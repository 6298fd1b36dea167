import type { VersionListItem } from "#contract/flow-version.ts";
import { describeCounts } from "#core/difference/count-changes.ts";

/** What is said of every version, in lists and on its own page. */
export type VersionWords = Pick<VersionListItem, "versionNumber" | "versionType" | "label" | "notes">;

export function versionName({ versionNumber }: Pick<VersionWords, "versionNumber">): string {
  return `Version ${versionNumber}`;
}

/** “Draft”; a type that a newer program made up says itself. */
export function describeVersionType(type: string): string {
  return type === "" ? "No type" : type.charAt(0).toUpperCase() + type.slice(1);
}

/** “2 added, 1 moved”; undefined where the server did not count, or there was nothing to count against. */
export function describeVersionChanges({ changes }: Pick<VersionListItem, "changes">): string | undefined {
  return changes ? (describeCounts(changes) ?? "No changes") : undefined;
}
