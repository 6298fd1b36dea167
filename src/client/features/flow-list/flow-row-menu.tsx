import {
  Copy,
  Download,
  Layers2,
  LayoutTemplate,
  Link,
  Pencil,
  Play,
  Rocket,
  SquareArrowOutUpRight,
  Star,
  Tag,
  Trash2,
} from "lucide-react";
import { useQueryClient } from "@tanstack/react-query";
import type { FlowListItem } from "#contract/flow.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { RUN_ON_RECORDS_SCOPES, useMissingScope } from "#client/data/queries/capability-queries.ts";
import { areTagsKeptOnDevice } from "#client/data/queries/flow-queries.ts";
import { buildFlowPath, copyLink } from "#client/ui/overlays/copy-link.ts";
import { NO_STEPS_REASON, getPublishState } from "#client/flow/publish-state.ts";
import { setFavoriteWithToast } from "#client/flow/favorite-toast.ts";
import { Menu, type MenuProps, type MenuItemSeparatorOrSubmenu } from "#client/ui/overlays/menu.tsx";
import { useIsFavorite } from "./favorite-star.tsx";
import type { FlowListRowActionCallbacks } from "./flow-columns.tsx";

type FlowRowMenuProps = Omit<MenuProps, "entries"> & {
  readonly flow: FlowListItem;
  readonly actions: FlowListRowActionCallbacks;
};

/** The menu of a flow’s row. Separate from the row, so that its icons load with the menu. */
export function FlowRowMenu({ flow, actions, ...menu }: FlowRowMenuProps) {
  const state = {
    isFavorite: useIsFavorite(flow.id),
    viewOnlyReason: useMissingScope("FLOWS:WRITE"),
    runReason: useMissingScope(...RUN_ON_RECORDS_SCOPES),
    hasOwnTags: areTagsKeptOnDevice(useQueryClient()),
  };
  return <Menu {...menu} entries={listFlowRowEntries(flow, actions, state)} />;
}

interface FlowRowMenuState {
  readonly isFavorite: boolean;
  readonly viewOnlyReason?: string | undefined;
  readonly runReason?: string | undefined;
  /** Whether this browser keeps the tags, so that editing them needs no scope. */
  readonly hasOwnTags?: boolean;
}

export function listFlowRowEntries(
  flow: FlowListItem,
  actions: FlowListRowActionCallbacks,
  { isFavorite, viewOnlyReason, runReason, hasOwnTags }: FlowRowMenuState,
): readonly MenuItemSeparatorOrSubmenu[] {
  const whyEmpty = flow.stepCount === 0 ? NO_STEPS_REASON : undefined;
  return [
    {
      type: "item",
      label: "Open",
      icon: SquareArrowOutUpRight,
      shortcut: "Enter",
      onSelect: () => actions.open(flow),
    },
    {
      type: "item",
      label: "Open in a new tab",
      icon: Layers2,
      onSelect: () => window.open(buildFlowPath(flow.id), "_blank", "noopener"),
    },
    {
      type: "item",
      label: "Rename",
      icon: Pencil,
      shortcut: "F2",
      disabledReason: viewOnlyReason,
      onSelect: () => actions.edit(flow),
    },
    {
      type: "item",
      label: "Duplicate",
      icon: Copy,
      disabledReason: viewOnlyReason,
      onSelect: () => actions.duplicate(flow),
    },
    {
      type: "item",
      label: "Publish",
      icon: Rocket,
      disabledReason: viewOnlyReason ?? (getPublishState(flow) === "published" ? "Up to date." : whyEmpty),
      onSelect: () => actions.publish(flow),
    },
    {
      type: "item",
      label: "Run on records…",
      icon: Play,
      disabledReason: runReason ?? whyEmpty,
      onSelect: () => actions.run(flow),
    },
    {
      type: "item",
      label: "Tags…",
      icon: Tag,
      disabledReason: hasOwnTags ? undefined : viewOnlyReason,
      onSelect: () => actions.editTags(flow),
    },
    {
      type: "item",
      label: isFavorite ? "Remove from favorites" : "Add to favorites",
      icon: Star,
      onSelect: () => setFavoriteWithToast(flow, !isFavorite),
    },
    {
      type: "item",
      label: "Copy link",
      icon: Link,
      onSelect: () => copyLink(buildFlowPath(flow.id), quoteName(flow.name)),
    },
    { type: "item", label: "Export JSON", icon: Download, onSelect: () => actions.exportJson(flow) },
    {
      type: "item",
      label: "Save as template…",
      icon: LayoutTemplate,
      disabledReason: viewOnlyReason,
      onSelect: () => actions.saveAsTemplate(flow),
    },
    { type: "separator" },
    {
      type: "item",
      label: "Delete",
      icon: Trash2,
      shortcut: "Delete",
      danger: true,
      disabledReason: viewOnlyReason,
      onSelect: () => actions.remove(flow),
    },
  ];
}
