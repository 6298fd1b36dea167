import { History, List, Star, Tag } from "lucide-react";
import { type RefObject, useRef, useState } from "react";
import { Button } from "#client/ui/controls/button.tsx";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { closeOverlayWithToast, createLazyComponent } from "#client/ui/hooks/create-lazy-component.tsx";
import {
  type FlowListSearchParams,
  type FlowListSearchParamsChanger,
  hasActiveFlowFilters,
} from "#client/features/flow-list/flow-list-search-params.ts";
import type { FlowListFilterChanger } from "#client/features/flow-list/list-head.tsx";
import { ViewsMenu } from "#client/flow/views/views-menu.tsx";
import { describeView, parseViewSearch, toViewSearch } from "./describe-view.ts";

const TagFilterPopover = createLazyComponent(
  async () => (await import("#client/flow/tags/tag-filter-popover.tsx")).TagFilterPopover,
  { onFail: closeOverlayWithToast },
);

export type FindingMenusProps = {
  readonly address: FlowListSearchParams;
  readonly onAddressChange: FlowListSearchParamsChanger;
  readonly changeFilters: RefObject<FlowListFilterChanger | null>;
  /** Whether the page has room for icons only. */
  readonly isIcon: boolean;
};

/** The menus beside the search: the filter by tags, and favorites, recent flows and saved views. */
export function TagAndViewMenus(props: FindingMenusProps) {
  return (
    <>
      <TagFilter {...props} />
      <FlowViewsMenu {...props} />
    </>
  );
}

function FlowViewsMenu({ address, onAddressChange, isIcon }: FindingMenusProps) {
  const list = {
    page: undefined,
    builtIn: [
      { label: "All flows", icon: List, search: "", isOpen: !hasActiveFlowFilters(address) },
      { label: "Favorites", icon: Star, search: "show=favorites", isOpen: address.show === "favorites" },
      { label: "Recently opened", icon: History, search: "show=recent", isOpen: address.show === "recent" },
    ],
    describe: describeView,
  };
  return (
    <ViewsMenu
      list={list}
      search={toViewSearch(address)}
      openedId={address.view}
      onOpen={(search, view) =>
        onAddressChange(() => ({ ...parseViewSearch(search), ...(view && { view: view.id }) }), {
          replace: false,
        })
      }
      isIcon={isIcon}
    />
  );
}

function TagFilter({ address, changeFilters, isIcon }: FindingMenusProps) {
  const [isOpen, setOpen] = useState(false);
  const trigger = useRef<HTMLButtonElement>(null);
  const { tag: selected = [] } = address;
  const label = selected.length > 0 ? `Tags: ${selected.join(", ")}` : "Tags";
  const look = selected.length > 0 ? "border-accent! text-accent!" : "";
  const shared = {
    ref: trigger,
    icon: Tag,
    "aria-haspopup": "dialog",
    "aria-expanded": isOpen,
    onPointerEnter: TagFilterPopover.preload,
    onFocus: TagFilterPopover.preload,
    onClick: () => setOpen(!isOpen),
  } as const;
  return (
    <>
      {isIcon ? (
        <IconButton {...shared} label={label} className={`border border-line bg-surface ${look}`} />
      ) : (
        <Button {...shared} className={look}>
          <span className="max-w-40 truncate">{label}</span>
        </Button>
      )}
      {isOpen && (
        <TagFilterPopover
          trigger={trigger}
          selected={selected}
          onChange={(tag) => changeFilters.current?.({ tag: [...tag] })}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
