import { useQuery, keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import { Ellipsis, Plus, Upload } from "lucide-react";
import { useRef, useState } from "react";
import { useStore } from "zustand";
import type { FlowListItem } from "#contract/flow.ts";
import { loadAfterPaint } from "#client/data/api/load-after-paint.ts";
import { preloadOnFirstUse, preloadWhenIdle } from "#client/data/api/preload.ts";
import {
  isSignInRequiredError,
  NetworkError,
  isRetryableError,
  describeReadError,
} from "#client/data/api/api-error.ts";
import { serverCapabilityQueries, offersFeature } from "#client/data/queries/capability-queries.ts";
import { useIdsOfPendingDeletions } from "#client/data/mutations/pending-deletions.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { MenuButton } from "#client/ui/controls/menu-button.tsx";
import { formatTotalOrLowerBound } from "#client/ui/format/format-count.ts";
import {
  closeOverlayWithToast,
  createLazyComponent,
  createLazyDialog,
} from "#client/ui/hooks/create-lazy-component.tsx";
import { TableSkeleton } from "#client/ui/rows/columns.tsx";
import { useListPageKeyboardShortcuts } from "#client/ui/rows/use-list-page-keyboard-shortcuts.ts";
import { useMediaQuery } from "#client/ui/hooks/use-media-query.ts";
import { useDocumentTitle } from "#client/ui/hooks/use-document-title.ts";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import { dropCachedListPagesExceptFirst } from "#client/data/queries/list-pages.ts";
import { type PagedRowsState, usePagedRows } from "#client/ui/rows/use-paged-rows.ts";
import { isSampleFlowId } from "#client/flow/publish-state.ts";
import { useRowSelection } from "#client/ui/rows/row-selection.tsx";
import { ViewOnlyBadge } from "#client/ui/controls/view-only-badge.tsx";
import { UpgradeLink } from "#client/page/upgrade-link.tsx";
import { InlineErrorMessage, ErrorState } from "#client/ui/controls/error-state.tsx";
import {
  CompactFlowRowSkeleton,
  FLOW_LIST_SKELETON_ROW_COUNT,
  FLOW_ROW_HEIGHTS_REM,
  SHORT_FLOW_ROW_HEIGHTS_REM,
  getVisibleFlowColumns,
  getFlowTableMinViewportRem,
} from "./flow-columns.tsx";
import {
  hasActiveFlowFilters,
  type FlowListSearchParams,
  rememberedFlowStores,
  toFlowFilters,
} from "./flow-list-search-params.ts";
import { FlowListHead, type FlowListFilterChanger, type FlowListHeadProps } from "./list-head.tsx";
import { FlowTable } from "./flow-table.tsx";
import type { FlowListCommandsProps } from "./flow-list-commands.ts";
import { SampleNote, useIsSampleFlowsNoteShown } from "./sample-note.tsx";
import { preloadFlowStepsPreviewCard } from "./steps-link.tsx";
import {
  type FlowListActions,
  loadFlowListDialogs,
  preloadFlowListDialogs,
  useFlowListActions,
} from "./use-list-actions.ts";

const FlowListIdleParts = createLazyComponent(
  async () => (await loadAfterPaint(() => import("./idle-parts.tsx"))).FlowListIdleParts,
  // Ignores a failed load: opening a flow shows its unsaved edits as well, and the page has buttons for the commands.
  { onFail: () => undefined },
);

const FlowListMenu = createLazyComponent(async () => (await import("./flow-list-menu.tsx")).FlowListMenu, {
  onFail: closeOverlayWithToast,
});

const FlowListDialogs = createLazyDialog(async () => (await loadFlowListDialogs()).FlowListDialogs);

const FlowSelectionControl = createLazyComponent(
  async () => (await loadAfterPaint(() => import("./bulk/flow-selection-control.tsx"))).FlowSelectionControl,
  { fallback: <span className="min-h-8" /> },
);

const TagAndViewMenus = createLazyComponent(
  async () => (await loadAfterPaint(() => import("./views/finding-menus.tsx"))).TagAndViewMenus,
  { fallback: ({ isIcon }) => isIcon && <span className="w-18" />, onFail: () => undefined },
);

const preloadNewFlow = () => preloadFlowListDialogs("new");

const EmptyFlowList = createLazyComponent(async () => (await import("./empty-list.tsx")).EmptyFlowList);

const loadStepSearch = () => import("./step-search.tsx");

const StepSearchSwitch = createLazyComponent(async () => (await loadStepSearch()).StepSearchSwitch, {
  onFail: () => undefined,
});

const StepSearchResults = createLazyComponent(async () => (await loadStepSearch()).StepSearchResults);

function preloadNext(page: HTMLElement | null) {
  if (!page) return;
  // Preloads the code of the empty state: a later search may find nothing while the network is down.
  void loadAfterPaint(EmptyFlowList.load);
  preloadWhenIdle(preloadFlowStepsPreviewCard);
  // The name is typed as soon as the dialog is asked for.
  return preloadOnFirstUse(preloadNewFlow);
}

type FlowListPageProps = Pick<FlowListHeadProps, "address" | "onAddressChange">;

export function FlowListPage({ address, onAddressChange }: FlowListPageProps) {
  useDocumentTitle("Flows");
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const actions = useFlowListActions(onAddressChange);
  const list = useFlowList(address, actions.editingId !== undefined);
  const { rows } = list.arrangement;
  const { sort: _sort, order: _order, ...question } = address;
  const selection = useRowSelection(rows, {
    noun: "flow",
    question: JSON.stringify(question),
    onSelectRest: () => document.querySelector<HTMLElement>("[data-select-rest]")?.click(),
  });
  const isWaiting = !list.isLoaded && !list.error && rows.length === 0;
  const hasDetails = offersFeature(server, "flowDetails");
  const hasExtensions = !server || hasDetails;
  const columns = getVisibleFlowColumns(isWaiting ? undefined : rows, hasExtensions);
  // Depends on the server alone: heights must not change when more rows are loaded.
  const rowHeights = hasExtensions ? FLOW_ROW_HEIGHTS_REM : SHORT_FLOW_ROW_HEIGHTS_REM;
  const isNarrow = !useMediaQuery(`(min-width: ${getFlowTableMinViewportRem(columns)}rem)`);
  const head = useRef<HTMLDivElement>(null);
  const changeFilters = useRef<FlowListFilterChanger>(null);
  const isSampleNoteOn = useIsSampleFlowsNoteShown();
  useListPageKeyboardShortcuts(actions.showShortcuts);
  useForgetWantedUnlessInFirstResponse(list, actions);
  const isSignedOut = server?.auth === "required" && (!server.signedIn || isSignInRequiredError(list.error));
  // The dialog shows what was changed before the session ended and offers to sign in.
  if (isSignedOut && actions.dialog?.type !== "bulk")
    return <Navigate to="/sign-in" search={{ next: location.pathname + location.search }} replace />;

  const hasRows = rows.length > 0;
  const hasNothing = list.isLoaded && !hasRows && !hasActiveFlowFilters(address);
  const canSearchSteps = offersFeature(server, "stepSearch") && address.search !== undefined;
  const isInSteps = canSearchSteps && address.in === "steps";
  const searchIn = (place: FlowListSearchParams["in"]) => changeFilters.current?.({ in: place });
  const renderList = () => {
    if (isInSteps)
      return <StepSearchResults search={address.search} onSearchNames={() => searchIn(undefined)} />;
    if (hasRows)
      return (
        <FlowTable
          list={list}
          columns={columns}
          rowHeights={rowHeights}
          isNarrow={isNarrow}
          selection={selection}
          actions={actions}
        />
      );
    if (isWaiting) {
      return (
        <TableSkeleton
          label="Loading flows"
          rows={FLOW_LIST_SKELETON_ROW_COUNT}
          columns={columns}
          rowHeight={rowHeights.columns}
          compact={isNarrow ? CompactFlowRowSkeleton : undefined}
        />
      );
    }
    if (list.error)
      return (
        <ErrorState
          title="Couldn’t load flows"
          text={describeReadError(list.error)}
          action={<UpgradeLink error={list.error} />}
          retrying={list.isRetrying}
          {...(isRetryableError(list.error) && { onRetry: list.retry })}
        />
      );
    return (
      <EmptyFlowList
        address={address}
        viewOnlyReason={actions.viewOnlyReason}
        onCreate={actions.createFlow}
        onImport={() => actions.importFlows([])}
        onOpen={actions.openFlow}
        onSearchSteps={canSearchSteps ? () => searchIn("steps") : undefined}
        onClear={() => {
          onAddressChange(() => ({}), { replace: false });
          // Moves the focus to the search box, because the pressed button is unmounted.
          head.current?.querySelector<HTMLElement>("input")?.focus();
        }}
      />
    );
  };
  return (
    <div ref={preloadNext} className="flex-1 pb-16">
      <FlowListTitle
        address={address}
        actions={actions}
        hasRows={hasRows}
        total={
          list.isLoaded &&
          !isInSteps &&
          formatTotalOrLowerBound(list.arrangement.total, list.arrangement.totalAbove)
        }
      />
      {isSampleNoteOn && rows.some(({ id }) => isSampleFlowId(id)) && <SampleNote flows={rows} />}
      <FlowListHead
        ref={head}
        address={address}
        onAddressChange={onAddressChange}
        changeFilters={changeFilters}
        isOld={list.isOld}
        columns={(hasRows || isWaiting) && !isNarrow && !isInSteps ? columns : undefined}
        hasFilters={hasDetails && !hasNothing && !isInSteps}
        isSelecting={selection.rows.size > 0 && !isInSteps}
        selectionControl={
          <FlowSelectionControl
            selection={selection}
            list={list}
            filters={toFlowFilters(address)}
            viewOnlyReason={actions.viewOnlyReason}
            onAction={actions.startBulkAction}
          />
        }
        findingMenus={
          <>
            {!hasNothing && !isInSteps && (
              <TagAndViewMenus
                address={address}
                onAddressChange={onAddressChange}
                changeFilters={changeFilters}
                isIcon={isNarrow}
              />
            )}
            {canSearchSteps && (
              <StepSearchSwitch isOn={isInSteps} onToggle={() => searchIn(isInSteps ? undefined : "steps")} />
            )}
          </>
        }
      />
      <RefreshNotice list={list} />
      {renderList()}
      <FlowListIdleParts
        address={address}
        actions={actions}
        hasRows={hasRows}
        isLoaded={list.isLoaded}
        hasFlows={!hasNothing}
      />
      {actions.dialog && (
        <FlowListDialogs dialog={actions.dialog} actions={actions} onClose={actions.closeDialog} />
      )}
    </div>
  );
}

type FlowListTitleProps = FlowListCommandsProps & { readonly total: string | false | undefined };

function FlowListTitle({ total, ...list }: FlowListTitleProps) {
  const { actions } = list;
  const { viewOnlyReason } = actions;
  return (
    <div className="flex items-center gap-3 px-gutter pt-5">
      <h1 className="text-xl font-semibold tracking-tight outline-none">Flows</h1>
      {total && <span className="text-muted tabular-nums">{total}</span>}
      {viewOnlyReason !== undefined && <ViewOnlyBadge reason={viewOnlyReason} />}
      <MenuButton
        label="More list actions"
        icon={Ellipsis}
        entries={{
          preload: FlowListMenu.preload,
          render: (menu) => <FlowListMenu {...menu} {...list} />,
        }}
        variant="ghost"
        className="ml-auto"
      />
      <Button
        icon={Upload}
        className="max-sm:hidden"
        disabledReason={viewOnlyReason}
        onClick={() => actions.importFlows([])}
      >
        Import
      </Button>
      <Button
        variant="primary"
        icon={Plus}
        data-new-flow=""
        disabledReason={viewOnlyReason}
        className={viewOnlyReason === undefined ? undefined : "max-sm:hidden"}
        onPointerEnter={preloadNewFlow}
        onFocus={preloadNewFlow}
        onClick={actions.createFlow}
      >
        New flow
      </Button>
    </div>
  );
}

/** A row that is loaded later by scrolling must not take the focus. */
function useForgetWantedUnlessInFirstResponse(list: FlowList, { wantedId, forgetWanted }: FlowListActions) {
  const [hasFirstResponse, setFirstResponse] = useState(false);
  if (!list.isLoaded || hasFirstResponse) return;
  setFirstResponse(true);
  if (!list.arrangement.rows.some(({ id }) => id === wantedId)) forgetWanted();
}

type FlowList = PagedRowsState<FlowListItem>;

function useFlowList(address: FlowListSearchParams, isEditing: boolean): FlowList {
  const client = useQueryClient();
  const remembered = useStore(rememberedFlowStores[address.show ?? "recent"]);
  const options = flowQueries.list(toFlowFilters(address));
  const list = usePagedRows(useInfiniteQuery({ ...options, placeholderData: keepPreviousData }), {
    noun: "flow",
    question: hasActiveFlowFilters(address) ? JSON.stringify({ ...address, view: "" }) : undefined,
    hidden: useIdsOfPendingDeletions(),
    isHeld: isEditing,
    forgetPages: () => dropCachedListPagesExceptFirst(client, options.queryKey),
  });
  if (address.show !== "recent" || address.sort || address.order) return list;
  const indexOf = ({ id }: FlowListItem) => remembered.findIndex((flow) => flow.id === id);
  const rows = list.arrangement.rows.toSorted((a, b) => indexOf(a) - indexOf(b));
  return { ...list, arrangement: { ...list.arrangement, rows } };
}

/** Reports a failed refresh of the rows. A separate notice reports a lost connection. */
function RefreshNotice({ list }: { readonly list: FlowList }) {
  const { error, arrangement } = list;
  if (!error || arrangement.rows.length === 0 || error instanceof NetworkError) return null;
  return (
    <InlineErrorMessage
      text={`Couldn’t refresh flows. ${describeReadError(error)}`}
      retrying={list.isRetrying}
      onRetry={list.retry}
      className="mx-gutter my-2 rounded-md"
    />
  );
}
