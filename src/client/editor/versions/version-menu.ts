import { FilePen, GitCompareArrows, History, Radio, Rocket, SquareArrowOutUpRight } from "lucide-react";
import type { MenuItemSeparatorOrSubmenu } from "#client/ui/overlays/menu.tsx";
import type { FlowVersionActionCallbacks, FlowVersionIdNumberAndLabel } from "./use-version-actions.ts";

export function listVersionCompareMenuEntries(
  version: FlowVersionIdNumberAndLabel,
  { isLive, hasLive }: { readonly isLive: boolean; readonly hasLive: boolean },
  actions: FlowVersionActionCallbacks,
): readonly MenuItemSeparatorOrSubmenu[] {
  return [
    {
      type: "item",
      label: "Compare with previous version",
      icon: GitCompareArrows,
      disabledReason: version.versionNumber <= 1 ? "No previous version." : undefined,
      onSelect: () => actions.compareWithBefore(version),
    },
    {
      type: "item",
      label: "Compare with current edits",
      icon: FilePen,
      onSelect: () => actions.compare(version.id, "editor"),
    },
    {
      type: "item",
      label: "Compare with live version",
      icon: Radio,
      disabledReason: isLive ? "This version is live." : hasLive ? undefined : "No live version yet.",
      onSelect: () => actions.compare("published", version.id),
    },
  ];
}

export function listVersionMenuEntries(
  version: FlowVersionIdNumberAndLabel,
  state: {
    readonly isLive: boolean;
    readonly hasLive: boolean;
    readonly viewOnlyReason: string | undefined;
  },
  actions: FlowVersionActionCallbacks,
): readonly MenuItemSeparatorOrSubmenu[] {
  return [
    {
      type: "item",
      label: "Open",
      icon: SquareArrowOutUpRight,
      shortcut: "Enter",
      onSelect: () => actions.open(version.id),
    },
    ...listVersionCompareMenuEntries(version, state, actions),
    { type: "separator" },
    {
      type: "item",
      label: "Restore version…",
      icon: History,
      disabledReason: state.viewOnlyReason,
      onSelect: () => actions.restore(version),
    },
    {
      type: "item",
      label: "Publish this version…",
      icon: Rocket,
      disabledReason: state.viewOnlyReason ?? (state.isLive ? "This version is live." : undefined),
      onSelect: () => actions.publish(version),
    },
  ];
}
