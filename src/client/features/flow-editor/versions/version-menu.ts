import { FilePen, GitCompareArrows, History, Radio, Rocket, SquareArrowOutUpRight } from "lucide-react";
import type { MenuEntry } from "#client/ui/menu-entry.ts";
import type { VersionCommands, VersionRef } from "./use-version-commands.ts";

/** What a version can be compared with, each as one press. */
export function compareEntries(
  version: VersionRef,
  { isLive, hasLive }: { readonly isLive: boolean; readonly hasLive: boolean },
  commands: VersionCommands,
): readonly MenuEntry[] {
  return [
    {
      type: "item",
      label: "Compare with the one before",
      icon: GitCompareArrows,
      disabledReason: version.versionNumber <= 1 ? "There is none before it." : undefined,
      onSelect: () => commands.compareWithBefore(version),
    },
    {
      type: "item",
      label: "Compare with the editor",
      icon: FilePen,
      onSelect: () => commands.compare(version.id, "editor"),
    },
    {
      type: "item",
      label: "Compare with what is live",
      icon: Radio,
      disabledReason: isLive ? "This is what is live." : hasLive ? undefined : "Nothing is live yet.",
      onSelect: () => commands.compare("published", version.id),
    },
  ];
}

/** Everything that can be done with a version in the list. */
export function versionEntries(
  version: VersionRef,
  state: { readonly isLive: boolean; readonly hasLive: boolean },
  commands: VersionCommands,
): readonly MenuEntry[] {
  return [
    {
      type: "item",
      label: "Open",
      icon: SquareArrowOutUpRight,
      shortcut: "Enter",
      onSelect: () => commands.open(version.id),
    },
    ...compareEntries(version, state, commands),
    { type: "separator" },
    {
      type: "item",
      label: "Restore into the editor…",
      icon: History,
      onSelect: () => commands.restore(version),
    },
    {
      type: "item",
      label: "Publish this version…",
      icon: Rocket,
      disabledReason: state.isLive ? "This version is live." : undefined,
      onSelect: () => commands.publish(version),
    },
  ];
}
