import { Bookmark, BookmarkPlus, History, List, Save, Settings2, Star } from "lucide-react";
import { useState } from "react";
import { useStore } from "zustand";
import { quoteName } from "#core/text/quote-name.ts";
import { type SavedView, editView, savedViewStore } from "#client/data/device/saved-views.ts";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { MenuButton } from "#client/ui/controls/menu-button.tsx";
import { createLazyDialog } from "#client/ui/hooks/create-lazy-component.tsx";
import type { MenuItemSeparatorOrSubmenu } from "#client/ui/overlays/menu.tsx";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { hasActiveFlowFilters } from "#client/features/flow-list/flow-list-search-params.ts";
import type { FindingMenusProps } from "./finding-menus.tsx";
import { parseViewSearch, toViewSearch } from "./describe-view.ts";

const ViewsDialogs = createLazyDialog(async () => (await import("./views-dialogs.tsx")).ViewsDialogs);

/** With more saved views, the menu would have more than 12 entries, so the rest is in a submenu. */
const MAX_LISTED_VIEWS = 6;

export type ViewsDialog =
  | { readonly type: "save"; readonly search: string }
  | { readonly type: "manage" }
  /** Both this tab and another one changed the view's filters. */
  | { readonly type: "conflict"; readonly view: SavedView; readonly mine: string };

export function ViewsMenu({ address, onAddressChange, isIcon }: FindingMenusProps) {
  const views = useStore(savedViewStore);
  const [dialog, setDialog] = useState<ViewsDialog>();
  const opened = views.find(({ id }) => id === address.view);
  // As this tab last read it: an update detects by this that another tab changed the view.
  const [seen, setSeen] = useState(opened);
  if (opened && opened.id !== seen?.id) setSeen(opened);

  const search = toViewSearch(address);
  const isChanged = opened !== undefined && search !== opened.search;
  const go = (next: Parameters<typeof parseViewSearch>[0], view?: SavedView) => {
    if (view) setSeen(view);
    onAddressChange(() => ({ ...parseViewSearch(next), ...(view && { view: view.id }) }), { replace: false });
  };
  const report = (outcome: ReturnType<typeof editView>) => {
    if (outcome.type === "done") {
      setSeen(outcome.view);
      announceToScreenReaders(`Saved ${quoteName(outcome.view.name)}.`);
    } else if (outcome.type === "conflict") {
      setDialog({ type: "conflict", view: outcome.view, mine: search });
    } else if (outcome.type === "deleted") {
      setDialog({ type: "save", search });
    } else {
      toasts.show({
        tone: "danger",
        text: "Couldn’t save the view. The browser’s storage is full or blocked.",
      });
    }
  };

  const savedViews = views.map((view) => ({
    type: "item" as const,
    label: view.name,
    icon: Bookmark,
    checked: view === opened,
    onSelect: () => go(view.search, view),
  }));
  const listedCount = views.length > MAX_LISTED_VIEWS ? MAX_LISTED_VIEWS - 1 : views.length;
  const moreViews = savedViews.slice(listedCount);
  const entries = (): readonly MenuItemSeparatorOrSubmenu[] => [
    {
      type: "item",
      label: "All flows",
      icon: List,
      checked: !hasActiveFlowFilters(address) && !opened,
      onSelect: () => go(""),
    },
    {
      type: "item",
      label: "Favorites",
      icon: Star,
      checked: address.show === "favorites" && !opened,
      onSelect: () => go("show=favorites"),
    },
    {
      type: "item",
      label: "Recently opened",
      icon: History,
      checked: address.show === "recent" && !opened,
      onSelect: () => go("show=recent"),
    },
    { type: "separator" },
    ...savedViews.slice(0, listedCount),
    ...(moreViews.length > 0
      ? [{ type: "submenu" as const, label: "More views", icon: Bookmark, entries: moreViews }]
      : []),
    ...(views.length > 0 ? [{ type: "separator" as const }] : []),
    ...(isChanged
      ? [
          {
            type: "item" as const,
            label: `Update ${quoteName(opened.name)}`,
            icon: Save,
            onSelect: () =>
              report(editView(opened.id, "search", { seen: seen?.search ?? opened.search, value: search })),
          },
        ]
      : []),
    {
      type: "item",
      label: "Save view…",
      icon: BookmarkPlus,
      onSelect: () => setDialog({ type: "save", search }),
    },
    {
      type: "item",
      label: "Manage views…",
      icon: Settings2,
      disabledReason: views.length > 0 ? undefined : "No saved views.",
      onSelect: () => setDialog({ type: "manage" }),
    },
  ];
  const current = opened?.name ?? describeShown(address.show);
  const label = `Views${current === undefined ? "" : `: ${current}`}${isChanged ? ", changed" : ""}`;
  return (
    <>
      <MenuButton
        label={label}
        icon={Bookmark}
        entries={entries}
        className={isIcon ? "border border-line bg-surface" : "max-w-56"}
        {...(!isIcon && {
          children: (
            <span dir="auto" className="max-w-40 truncate">
              {label}
            </span>
          ),
        })}
      />
      {dialog && (
        <ViewsDialogs
          dialog={dialog}
          onOpen={(view) => {
            setDialog(undefined);
            go(view.search, view);
          }}
          onClose={() => setDialog(undefined)}
        />
      )}
    </>
  );
}

function describeShown(show: FindingMenusProps["address"]["show"]): string | undefined {
  if (show === undefined) return undefined;
  return show === "favorites" ? "Favorites" : "Recently opened";
}
