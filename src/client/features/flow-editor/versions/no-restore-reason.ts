import type { VersionContent } from "./use-version.ts";

/** Why a version cannot be put back into the editor, whatever stands there. */
export function noRestoreReason(content: VersionContent): string | undefined {
  if (content.type === "unreadable")
    return "Another program wrote this version in a form of its own, so it cannot be put back from here.";
  if (content.type === "known" && content.isInexact)
    return "This version holds a number that this page cannot keep exactly, so it is not put back from here.";
  return undefined;
}
