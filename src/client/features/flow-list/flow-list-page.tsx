import { useQuery } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useRef } from "react";
import { needsSignIn } from "#client/data/api-error.ts";
import { capabilityQueries } from "#client/data/capability-queries.ts";
import { pendingDeletions } from "#client/data/pending-deletions.ts";
import { whenIdle } from "#client/data/when-idle.ts";
import { Button } from "#client/ui/button.tsx";
import { formatNumber } from "#client/ui/format-count.ts";
import { lazyPart } from "#client/ui/lazy-part.tsx";
import { PagedRowList } from "#client/ui/paged-row-list.tsx";
import { useMediaQuery } from "#client/ui/use-media-query.ts";
import { useDocumentTitle } from "#client/ui/use-document-title.ts";
import { columnTemplate, findColumns, guessColumns, widthOfOneLine } from "./row-columns.ts";
import { FlowRow } from "./flow-row.tsx";
import { ListDialogs, preloadListDialogs } from "./list-dialogs.tsx";
import { ListHeadings } from "./list-headings.tsx";
import { ListSkeleton } from "./list-skeleton.tsx";
import { ListState } from "./list-state.tsx";
import { isNarrowed } from "./list-address.ts";
import { ListToolbar, type ListToolbarProps } from "./list-toolbar.tsx";
import { RefreshNotice } from "./refresh-notice.tsx";
import { useFlowList } from "./use-flow-list.ts";
import { useListCommands } from "./use-list-commands.ts";

const loadUnsavedNotice = async () => {
  // The rows come first.
  await new Promise<void>(whenIdle);
  return (await import("./unsaved-notice.tsx")).UnsavedNotice;
};

const UnsavedNotice = lazyPart(loadUnsavedNotice, {
  // The flows themselves say it when they are opened.
  onFail: () => undefined,
});

export type FlowListPageProps = Pick<ListToolbarProps, "address" | "onAddressChange">;

export function FlowListPage({ address, onAddressChange }: FlowListPageProps) {
  useDocumentTitle("Flows");
  const { data: server } = useQuery(capabilityQueries.current());
  const commands = useListCommands({ address, onAddressChange });
  const list = useFlowList(address, commands.editingId !== undefined);
  const isWaiting = !list.isSettled && !list.error && list.arrangement.rows.length === 0;
  // Until the rows say what they have, the kind of server does.
  const columns = isWaiting
    ? guessColumns(server?.versionTokens ?? true)
    : findColumns(list.arrangement.rows);
  const isNarrow = !useMediaQuery(`(min-width: ${widthOfOneLine(columns)}rem)`);
  const isPhone = !useMediaQuery("(min-width: 40rem)");
  const head = useRef<HTMLDivElement>(null);
  const isSignedOut = server?.auth === "required" && (!server.signedIn || needsSignIn(list.error));
  if (isSignedOut) return <Navigate to="/sign-in" search={{ next: here() }} replace />;

  const { arrangement } = list;
  const { rowCommands } = commands;
  const hasRows = arrangement.rows.length > 0;
  // Nothing to filter or to order; a list that is narrowed to nothing keeps what narrowed it.
  const hasNothing = list.isSettled && !hasRows && !isNarrowed(address);
  return (
    <div className="mx-auto w-full max-w-7xl flex-1 pb-16">
      <div className="flex items-center gap-3 px-3 pt-5 sm:px-4">
        <h1 className="text-xl font-semibold tracking-tight outline-none">Flows</h1>
        {arrangement.total !== undefined && list.isSettled && (
          <span className="text-muted tabular-nums">{formatNumber(arrangement.total)}</span>
        )}
        <Button
          variant="primary"
          icon={Plus}
          className="ml-auto"
          data-new-flow=""
          onPointerEnter={() => preloadListDialogs("new")}
          onFocus={() => preloadListDialogs("new")}
          onClick={commands.createFlow}
        >
          New flow
        </Button>
      </div>
      {list.isSettled && <UnsavedNotice />}
      <div ref={head} data-list-head="" className="top-(--bar) z-20 sm:sticky bg-canvas px-3 pt-3 sm:px-4">
        <ListToolbar
          {...{ address, onAddressChange }}
          hasFilters={(server?.versionTokens ?? false) && !hasNothing}
        />
        {(hasRows || isWaiting) && !isNarrow ? (
          <ListHeadings columns={columns} />
        ) : (
          <div className="-mx-3 mt-3 border-b border-line sm:-mx-4" />
        )}
      </div>
      <RefreshNotice list={list} />
      {hasRows ? (
        <PagedRowList
          label="Flows"
          {...{ list, isNarrow }}
          columns={columnTemplate(columns)}
          wantedId={commands.wantedId}
          onWantedShown={commands.forgetWanted}
          actionsOf={(flow) => ({
            edit: () => rowCommands.edit(flow),
            remove: () => rowCommands.remove(flow),
            undoDelete: pendingDeletions.undoLatest,
          })}
          onFocus={() => preloadListDialogs("publish", "delete")}
        >
          {(flow, isActive) => (
            <FlowRow
              {...{ flow, columns, isNarrow, isActive }}
              lineMax={isPhone ? 5 : isNarrow ? 20 : 13}
              isEditing={commands.editingId === flow.id}
              nextName={commands.nextNames.get(flow.id)}
              isDuplicating={commands.duplicating.has(flow.id)}
              commands={rowCommands}
            />
          )}
        </PagedRowList>
      ) : isWaiting ? (
        <ListSkeleton {...{ columns, isNarrow }} />
      ) : (
        <ListState
          {...{ list, address }}
          onCreate={commands.createFlow}
          onClear={() => {
            onAddressChange({}, { replace: false });
            // The button goes with the state it belongs to; the search box stays.
            head.current?.querySelector<HTMLElement>("input")?.focus();
          }}
        />
      )}
      <ListDialogs dialog={commands.dialog} commands={commands} />
    </div>
  );
}

function here(): string {
  return `${location.pathname}${location.search}`;
}
