import { useRouter } from "@tanstack/react-router";
import { ArrowUpDown } from "lucide-react";
import { type ReactNode, type Ref, type RefObject, useCallback, useImperativeHandle } from "react";
import { FLOW_SORT_FIELDS, type FlowSortField, type PublishState } from "#contract/flow.ts";
import { describePublishState } from "#client/flow/publish-state.ts";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { MenuButton } from "#client/ui/controls/menu-button.tsx";
import { Select } from "#client/ui/controls/select.tsx";
import { SearchField } from "#client/ui/fields/search-field.tsx";
import { useDebouncedSearchText } from "#client/ui/fields/use-search-text.ts";
import type { MenuItemSeparatorOrSubmenu } from "#client/ui/overlays/menu.tsx";
import { ColumnHeadings } from "#client/ui/rows/columns.tsx";
import { type FlowListColumn, flowSortSelectOptions } from "./flow-columns.tsx";
import {
  type FlowListSearchParamsChanger,
  type FlowListSearchParams,
  getFlowSortOrder,
  getFlowSort,
} from "./flow-list-search-params.ts";

/** Changes filters, and applies the text of the search box that is not in the URL yet. */
export type FlowListFilterChanger = (filters: FlowListSearchParams) => void;

export type FlowListHeadProps = {
  readonly ref: RefObject<HTMLDivElement | null>;
  readonly address: FlowListSearchParams;
  readonly onAddressChange: FlowListSearchParamsChanger;
  readonly changeFilters: Ref<FlowListFilterChanger>;
  /** Undefined on a narrow page, whose rows have no columns, and while no rows are shown. */
  readonly columns: readonly FlowListColumn[] | undefined;
  readonly hasFilters: boolean;
  /** Whether the rows are still those of an earlier search. */
  readonly isOld: boolean;
  /** The checkbox that selects all rows or, while rows are selected, a bar in place of the column headings. */
  readonly selectionControl: ReactNode;
  readonly isSelecting: boolean;
  readonly findingMenus: ReactNode;
};

const statuses: readonly PublishState[] = ["draft", "published", "changed"];
const statusOptions = [
  { value: "", label: "All statuses" },
  ...statuses.map((state) => ({ value: state, label: describePublishState(state) })),
];

export function FlowListHead(props: FlowListHeadProps) {
  const {
    ref,
    address,
    onAddressChange,
    changeFilters,
    columns,
    hasFilters,
    isOld,
    findingMenus,
    selectionControl,
    isSelecting,
  } = props;
  const router = useRouter();
  const search = useDebouncedSearchText(
    address.search ?? "",
    // Replaces the history entry for every typed letter, so that a single Back leaves the search.
    (text) => onAddressChange((now) => ({ ...now, search: text }), { replace: true }),
    useCallback((onNavigate) => router.subscribe("onBeforeNavigate", onNavigate), [router]),
  );
  const change = (part: FlowListSearchParams) => {
    const pending = search.takePending();
    onAddressChange((now) => ({ ...now, ...(pending !== undefined && { search: pending }), ...part }), {
      replace: false,
    });
  };
  useImperativeHandle(changeFilters, () => change);
  const sort = (next: SortChange) => {
    change(next);
    const sorted = { ...address, ...next };
    announceToScreenReaders(
      `Sorted by ${getSortLabel(sorted).toLowerCase()}, ${orderLabels[getFlowSortOrder(sorted)].toLowerCase()}.`,
    );
  };
  const sortMenu = <SortMenu address={address} sort={sort} isIcon={columns !== undefined} />;

  return (
    <div ref={ref} data-list-head="" className="top-(--bar) z-20 bg-canvas px-gutter pt-3 sm:sticky">
      <search className="flex flex-wrap items-center gap-2">
        <SearchField
          label="Search flows"
          value={search.text}
          onValueChange={search.type}
          shortcut="/"
          isPending={search.isPending || isOld}
          className="min-w-full flex-1 sm:max-w-md sm:min-w-40"
        />
        {hasFilters && (
          <>
            <Select
              label="Status"
              labelHidden
              options={statusOptions}
              value={address.status ?? ""}
              onChange={({ target }) => change({ status: statuses.find((state) => state === target.value) })}
              className="min-w-28 flex-1 sm:w-44 sm:flex-none"
            />
            {!columns && sortMenu}
          </>
        )}
        {findingMenus}
      </search>
      {isSelecting ? (
        selectionControl
      ) : columns ? (
        <ColumnHeadings
          columns={columns}
          control={selectionControl}
          className="-mx-gutter mt-2 min-h-8 gap-x-4 px-gutter text-muted"
          {...(hasFilters && {
            end: sortMenu,
            sort: {
              by: getFlowSort(address) ?? "",
              order: getFlowSortOrder(address),
              onSortBy: (field) => {
                const isSorted = field === getFlowSort(address);
                const flipped = getFlowSortOrder(address) === "asc" ? "desc" : "asc";
                sort(isSorted ? { order: flipped } : { sort: toFlowSort(field), order: undefined });
              },
            },
          })}
        />
      ) : (
        <div className="-mx-gutter mt-4 border-b border-line" />
      )}
    </div>
  );
}

type SortChange = Pick<FlowListSearchParams, "sort" | "order">;

const orderLabels = { asc: "Ascending", desc: "Descending" } as const;

const toFlowSort = (field: string): FlowSortField | undefined =>
  FLOW_SORT_FIELDS.find((sort) => sort === field);

function getSortLabel(address: FlowListSearchParams): string {
  const sort = getFlowSort(address);
  return flowSortSelectOptions.find(({ value }) => value === sort)?.label ?? "Opened";
}

type SortMenuProps = {
  readonly address: FlowListSearchParams;
  readonly sort: (change: SortChange) => void;
  readonly isIcon: boolean;
};

/** Renders the menu of sort fields and orders, for lists without column headings and for fields without a column. */
function SortMenu({ address, sort, isIcon }: SortMenuProps) {
  const current = getSortLabel(address);
  const order = getFlowSortOrder(address);
  const entries = (): readonly MenuItemSeparatorOrSubmenu[] => [
    ...flowSortSelectOptions.map(({ value, label }) => ({
      type: "item" as const,
      label,
      checked: value === getFlowSort(address),
      onSelect: () => sort({ sort: value, order: undefined }),
    })),
    { type: "separator" },
    ...(["asc", "desc"] as const).map((direction) => ({
      type: "item" as const,
      label: orderLabels[direction],
      checked: direction === order,
      onSelect: () => sort({ order: direction }),
    })),
  ];
  return (
    <MenuButton
      label={`Sort: ${current}, ${orderLabels[order].toLowerCase()}`}
      icon={ArrowUpDown}
      entries={entries}
      // A phone has room for the icon only, beside the filters.
      {...(isIcon ? { size: "sm" } : { children: <span className="max-sm:hidden">Sort: {current}</span> })}
    />
  );
}
