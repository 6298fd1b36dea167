import { useQuery } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { ApiError } from "#client/data/api-error.ts";
import { capabilityQueries } from "#client/data/capability-queries.ts";
import { Button } from "#client/ui/button.tsx";
import { formatNumber } from "#client/ui/format-count.ts";
import { useMediaQuery } from "#client/ui/use-media-query.ts";
import { useDocumentTitle } from "#client/ui/use-document-title.ts";
import { findColumns } from "./row-columns.ts";
import { FlowRows } from "./flow-rows.tsx";
import { ListDialogs, preloadNewFlow } from "./list-dialogs.tsx";
import { ListHeadings } from "./list-headings.tsx";
import { ListState } from "./list-state.tsx";
import { ListToolbar, type ListToolbarProps } from "./list-toolbar.tsx";
import { RefreshNotice } from "./refresh-notice.tsx";
import { useFlowList } from "./use-flow-list.ts";
import { useListCommands } from "./use-list-commands.ts";

export type FlowListPageProps = Pick<ListToolbarProps, "address" | "onAddressChange">;

export function FlowListPage({ address, onAddressChange }: FlowListPageProps) {
  useDocumentTitle("Flows");
  const isNarrow = useMediaQuery("(max-width: 1023px)");
  const { data: server } = useQuery(capabilityQueries.current());
  const list = useFlowList(address);
  const commands = useListCommands({ address, onAddressChange });
  const isSignedOut = server?.auth === "required" && (!server.signedIn || isUnauthorised(list.error));
  if (isSignedOut) return <Navigate to="/sign-in" search={{ next: here() }} replace />;

  const { arrangement } = list;
  const columns = findColumns(arrangement.flows);
  const hasRows = arrangement.flows.length > 0;
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
          onPointerEnter={preloadNewFlow}
          onFocus={preloadNewFlow}
          onClick={commands.createFlow}
        >
          New flow
        </Button>
      </div>
      <div data-list-head="" className="sticky top-(--bar) z-20 bg-canvas px-3 pt-3 sm:px-4">
        <ListToolbar {...{ address, onAddressChange }} hasFilters={server?.versionTokens ?? false} />
        {hasRows && !isNarrow ? (
          <ListHeadings columns={columns} />
        ) : (
          <div className="mt-3 border-b border-line" />
        )}
      </div>
      <RefreshNotice list={list} />
      {hasRows ? (
        <FlowRows
          {...{ arrangement, columns, isNarrow }}
          paging={list.paging}
          isOld={list.isOld}
          editingId={commands.editingId}
          nextNames={commands.nextNames}
          duplicating={commands.duplicating}
          commands={commands.rowCommands}
          wantedId={commands.wantedId}
          onWantedShown={commands.forgetWanted}
        />
      ) : (
        <ListState
          {...{ list, address }}
          onCreate={commands.createFlow}
          onClear={() => onAddressChange({}, { replace: false })}
        />
      )}
      <ListDialogs dialog={commands.dialog} commands={commands} />
    </div>
  );
}

function isUnauthorised(error: Error | null): boolean {
  return error instanceof ApiError && error.status === 401;
}

function here(): string {
  return `${location.pathname}${location.search}`;
}
