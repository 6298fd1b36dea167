import { Bookmark, BookmarkPlus, Save, Settings2 } from "lucide-react";
import { useState } from "react";
import { useStore } from "zustand";
import { quoteName } from "#core/text/quote-name.ts";
import { type SavedView, type ViewPage, editView, savedViewStore } from "#client/data/device/saved-views.ts";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import type { IconComponent } from "#client/ui/controls/button.tsx";
import { MenuButton } from "#client/ui/controls/menu-button.tsx";
import { createLazyDialog } from "#client/ui/hooks/create-lazy-component.tsx";
import type { MenuItemSeparatorOrSubmenu } from "#client/ui/overlays/menu.tsx";
import { toasts } from "#client/ui/overlays/toasts.ts";

const ViewsDialogs = createLazyDialog(async () => (await import("./views-dialogs.tsx")).ViewsDialogs);

/** With more saved views, the menu would have more than 12 entries, so the rest is in a submenu. */
const MAX_LISTED_VIEWS = 6;

export type ViewsDialog =
  | { readonly type: "save"; readonly search: string }
  | { readonly type: "manage" }
  /** Both this tab and another one changed the view's filters. */
  | { readonly type: "conflict"; readonly view: SavedView; readonly mine: string };

/** A list that can have saved views. */
export interface ViewedList {
  /** Undefined for the list of flows. */
  readonly page: ViewPage | undefined;
  /** Views that every browser has; the first shows the whole list. */
  readonly builtIn: readonly BuiltInView[];
  /** Names the filters and the order of search parameters. */
  readonly describe: (search: string) => string;
}

export interface BuiltInView {
  readonly label: string;
  readonly icon: IconComponent;
  readonly search: string;
  /** Whether the list is narrowed by it now. */
  readonly isOpen: boolean;
}

type ViewsMenuProps = {
  readonly list: ViewedList;
  /** The search parameters of the page, without those of the view. */
  readonly search: string;
  readonly openedId: string | undefined;
  readonly onOpen: (search: string, view?: SavedView) => void;
  /** Whether the page has room for an icon only. */
  readonly isIcon: boolean;
};

export function ViewsMenu({ list, search, openedId, onOpen, isIcon }: ViewsMenuProps) {
  const allViews = useStore(savedViewStore);
  const views = allViews.filter(({ page }) => page === list.page);
  const [dialog, setDialog] = useState<ViewsDialog>();
  const opened = views.find(({ id }) => id === openedId);
  // As this tab last read it: an update detects by this that another tab changed the view.
  const [seen, setSeen] = useState(opened);
  if (opened && opened.id !== seen?.id) setSeen(opened);

  const isChanged = opened !== undefined && search !== opened.search;
  const go = (view: SavedView) => {
    setSeen(view);
    onOpen(view.search, view);
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
    onSelect: () => go(view),
  }));
  const listedCount = views.length > MAX_LISTED_VIEWS ? MAX_LISTED_VIEWS - 1 : views.length;
  const moreViews = savedViews.slice(listedCount);
  const entries = (): readonly MenuItemSeparatorOrSubmenu[] => [
    ...list.builtIn.map(({ label, icon, search: wanted, isOpen }) => ({
      type: "item" as const,
      label,
      icon,
      checked: isOpen && !opened,
      onSelect: () => onOpen(wanted),
    })),
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
  const current = opened?.name ?? list.builtIn.slice(1).find(({ isOpen }) => isOpen)?.label;
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
          list={list}
          dialog={dialog}
          onOpen={(view) => {
            setDialog(undefined);
            go(view);
          }}
          onClose={() => setDialog(undefined)}
        />
      )}
    </>
  );
}
