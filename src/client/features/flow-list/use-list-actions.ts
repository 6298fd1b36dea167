import { useMutationState, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useState } from "react";
import type { FlowListItem } from "#contract/flow.ts";
import { quoteName } from "#core/text/quote-name.ts";
import {
  NetworkError,
  isRetryableError,
  describeRequestErrorForUser,
  describeRenameFailure,
} from "#client/data/api/api-error.ts";
import { FlowRenamedElsewhereError, flowMutations } from "#client/data/mutations/flow-mutations.ts";
import { runMutationOutsideComponent } from "#client/data/queries/keep-query-errors.ts";
import { useMissingScope } from "#client/data/queries/capability-queries.ts";
import { type FlowFilters, flowQueries } from "#client/data/queries/flow-queries.ts";
import { findPathNavigatedBackFrom } from "#client/page/current-page.ts";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { showLoadFailureToast } from "#client/ui/hooks/create-lazy-component.tsx";
import type { BulkFlowActionId } from "./bulk/bulk-actions.tsx";
import type { FlowListRowActionCallbacks } from "./flow-columns.tsx";
import {
  type FlowListSearchParamsChanger,
  parseFlowListSearchParams,
  toFlowFilters,
} from "./flow-list-search-params.ts";
import type { ImportFile } from "./import/read-import-files.ts";
import type { FlowListDialog } from "./list-dialogs.tsx";

const FAILURE_TOAST_MS = 20_000;

export const loadFlowListDialogs = () => import("./list-dialogs.tsx");

/** Preloads the code of dialogs. Ignores failures, because opening a dialog retries. */
export function preloadFlowListDialogs(...types: readonly FlowListDialog["type"][]): void {
  loadFlowListDialogs().then(
    ({ preloadDialog }) => types.forEach(preloadDialog),
    () => undefined,
  );
}

export type FlowListActions = ReturnType<typeof useFlowListActions>;

export function useFlowListActions(onAddressChange: FlowListSearchParamsChanger) {
  const router = useRouter();
  const [dialog, setDialog] = useState<FlowListDialog>();
  const [editingId, setEditingId] = useState<string>();
  const { wantedId, want, forgetWanted } = useWantedFlow(onAddressChange);
  const { rename, duplicate } = useFlowMutations(want);

  const viewOnlyReason = useMissingScope("FLOWS:READ", "FLOWS:WRITE");
  /** Shows the reason to a user who may only view flows. Returns false if the user may edit. */
  const refuseEdit = useCallback(() => {
    if (viewOnlyReason !== undefined) toasts.show({ text: viewOnlyReason });
    return viewOnlyReason !== undefined;
  }, [viewOnlyReason]);
  const openFlow = useCallback(
    (id: string) => void router.navigate({ to: "/flows/$flowId", params: { flowId: id } }),
    [router],
  );
  const rowActions = useMemo<FlowListRowActionCallbacks>(
    () => ({
      open: (flow) => openFlow(flow.id),
      edit: (flow) => {
        if (!flow || !refuseEdit()) setEditingId(flow?.id);
      },
      rename,
      duplicate,
      publish: (flow) => setDialog({ type: "publish", flow }),
      run: (flow) => setDialog({ type: "run", flow }),
      exportJson: (flow) =>
        void import("./export-flows.ts").then(({ exportFlow }) => exportFlow(flow), showLoadFailureToast),
      saveAsTemplate: (flow) =>
        void import("./templates/read-template.ts").then(async ({ readFlowAsTemplate }) => {
          const body = await readFlowAsTemplate(flow);
          if (body) setDialog({ type: "template", flow: body });
        }, showLoadFailureToast),
      editTags: (flow) => setDialog({ type: "tags", flow }),
      remove: (flow) => {
        if (!refuseEdit()) setDialog({ type: "delete", flow });
      },
    }),
    [openFlow, rename, duplicate, refuseEdit],
  );

  return {
    rowActions,
    editingId,
    nextNames: usePendingNames(),
    duplicating: usePendingCopies(),
    dialog,
    closeDialog: () => setDialog(undefined),
    viewOnlyReason,
    createFlow: () => {
      if (!refuseEdit()) setDialog({ type: "new" });
    },
    importFlows: useCallback(
      (files: readonly ImportFile[]) => {
        if (!refuseEdit()) setDialog({ type: "import", files });
      },
      [refuseEdit],
    ),
    exportFlows: (filters: FlowFilters) => setDialog({ type: "export", filters }),
    startBulkAction: (action: BulkFlowActionId, flows: readonly FlowListItem[]) => {
      if (action === "export" || !refuseEdit()) setDialog({ type: "bulk", action, flows });
    },
    showShortcuts: () => setDialog({ type: "shortcuts" }),
    openFlow,
    openRun: (flowId: string, batchId: string) =>
      void router.navigate({ to: "/flows/$flowId/runs/$batchId", params: { flowId, batchId } }),
    show: want,
    wantedId,
    forgetWanted,
  };
}

/** The list shows the values of pending mutations, so that a failure needs no rollback. */
function useFlowMutations(onShow: (id: string) => void) {
  const client = useQueryClient();
  return useMemo(() => {
    const fail = (text: string, retry?: () => void) =>
      toasts.show({
        text,
        tone: "danger",
        durationMs: FAILURE_TOAST_MS,
        ...(retry && { action: { label: "Retry", run: retry } }),
      });

    const rename = (flow: FlowListItem, name: string) => {
      runMutationOutsideComponent(client, flowMutations.rename(flow), name).then(
        () => announceToScreenReaders(`Renamed to ${quoteName(name)}.`),
        (error: unknown) => {
          if (error instanceof FlowRenamedElsewhereError) {
            const text = `${quoteName(flow.name)} was renamed to ${quoteName(error.newName)} elsewhere. That name was kept.`;
            return fail(text);
          }
          const sentence = `${quoteName(flow.name)} ${describeRenameFailure(error)}. ${describeRequestErrorForUser(error)}`;
          // The flow as read at the first attempt shows the server a rename by another user in between.
          fail(sentence, isRetryableError(error) ? () => rename(flow, name) : undefined);
        },
      );
    };

    const duplicate = (flow: FlowListItem) => {
      const withdrawAnnouncement = announceToScreenReaders(`Duplicating ${quoteName(flow.name)}…`);
      const { href } = location;
      runMutationOutsideComponent(client, flowMutations.duplicate(), flow.id).then(
        (copy) => {
          withdrawAnnouncement();
          toasts.show({ text: `Created ${quoteName(copy.name)}.`, tone: "success" });
          // Moves to the copy only if the user has neither left the list nor changed the search meanwhile.
          if (location.href === href) onShow(copy.id);
        },
        (error: unknown) => {
          const outcome =
            error instanceof NetworkError ? "may not have been duplicated" : "was not duplicated";
          const retry = isRetryableError(error) ? () => duplicate(flow) : undefined;
          fail(`${quoteName(flow.name)} ${outcome}. ${describeRequestErrorForUser(error)}`, retry);
        },
      );
    };

    return { rename, duplicate };
  }, [client, onShow]);
}

/** Such as a flow just created or restored. Clears filters that exclude it. */
function useWantedFlow(onAddressChange: FlowListSearchParamsChanger) {
  const client = useQueryClient();
  const router = useRouter();
  // The flow that the user came back from, unless a key or pointer is pressed before its row is loaded.
  const [wantedId, setWantedId] = useState(
    () => /^\/flows\/([^/]+)/.exec(findPathNavigatedBackFrom(router) ?? "")?.[1],
  );
  useEffect(() => {
    const stop = new AbortController();
    const forget = () => {
      stop.abort();
      setWantedId(undefined);
    };
    for (const eventType of ["keydown", "pointerdown"])
      addEventListener(eventType, forget, { capture: true, signal: stop.signal });
    return () => stop.abort();
  }, []);
  const want = useCallback(
    (id: string) => {
      setWantedId(id);
      // Reads the filters from the router, because they may have changed since the action began.
      const filters = toFlowFilters(parseFlowListSearchParams(router.latestLocation.search));
      const shown = client.getQueryData(flowQueries.list(filters).queryKey);
      if (shown?.pages.some(({ data }) => data.some((flow) => flow.id === id))) return;
      onAddressChange(() => ({}), { replace: false });
      void client.resetQueries({ queryKey: flowQueries.list({}).queryKey, exact: true });
    },
    [client, router, onAddressChange],
  );
  const forgetWanted = useCallback(() => setWantedId(undefined), []);
  return { wantedId, want, forgetWanted };
}

function usePendingNames(): ReadonlyMap<string, string> {
  const pending = useMutationState({
    filters: { mutationKey: ["renameFlow"], status: "pending" },
    select: ({ options, state }) => [String(options.mutationKey?.[1]), String(state.variables)] as const,
  });
  return new Map(pending);
}

function usePendingCopies(): ReadonlySet<string> {
  const pending = useMutationState({
    filters: { mutationKey: ["duplicateFlow"], status: "pending" },
    select: ({ state }) => String(state.variables),
  });
  return new Set(pending);
}
