import { useMutationState, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import type { FlowListItem } from "#contract/flow.ts";
import { capabilityQueries } from "#client/data/capability-queries.ts";
import { flowQueries } from "#client/data/flow-queries.ts";
import { toasts } from "#client/ui/toasts.ts";
import type { RowCommands } from "./flow-row.tsx";
import { type ListAddress, toListFilters } from "./list-address.ts";
import { type ListDialog, loadListDialog } from "./list-dialogs.tsx";
import type { ListToolbarProps } from "./list-toolbar.tsx";
import { useRowActions } from "./use-row-actions.ts";

type ListLocation = Pick<ListToolbarProps, "address" | "onAddressChange">;

/** Everything a person can do to the list and its rows, and what is under way. */
export function useListCommands({ address, onAddressChange }: ListLocation) {
  const router = useRouter();
  const [dialog, setDialog] = useState<ListDialog>();
  const [editingId, setEditingId] = useState<string>();
  const { wantedId, want, forgetWanted } = useWantedFlow(address, onAddressChange);
  const { rename, duplicate, remove } = useRowActions(want);

  const openDialog = useCallback((next: ListDialog) => {
    loadListDialog(next.type).then(
      () => setDialog(next),
      () =>
        toasts.show({
          tone: "danger",
          text: "This part of the page could not be loaded. Try again in a moment.",
        }),
    );
  }, []);
  const openFlow = useCallback(
    (id: string) => void router.navigate({ to: "/flows/$flowId", params: { flowId: id } }),
    [router],
  );
  const mayRun = useQuery(capabilityQueries.current()).data?.runs ?? false;
  const rowCommands = useMemo<RowCommands>(
    () => ({
      open: (flow) => openFlow(flow.id),
      edit: (flow) => setEditingId(flow?.id),
      rename,
      duplicate,
      publish: (flow) => openDialog({ type: "publish", flow }),
      run: mayRun ? (flow) => openDialog({ type: "run", flow }) : undefined,
      remove: (flow) => openDialog({ type: "delete", flow }),
    }),
    [openFlow, openDialog, rename, duplicate, mayRun],
  );

  return {
    rowCommands,
    editingId,
    nextNames: usePendingNames(),
    duplicating: usePendingCopies(),
    dialog,
    closeDialog: () => setDialog(undefined),
    createFlow: () => openDialog({ type: "new" }),
    openFlow,
    openRun: (flowId: string, batchId: string) =>
      void router.navigate({ to: "/flows/$flowId/runs/$batchId", params: { flowId, batchId } }),
    remove: (flow: FlowListItem) => remove(flow),
    wantedId,
    forgetWanted,
  };
}

/** Leads to a flow that was just made, or is back: where the list as asked for does not have it, the whole list does. */
function useWantedFlow(address: ListAddress, onAddressChange: ListLocation["onAddressChange"]) {
  const client = useQueryClient();
  const [wantedId, setWantedId] = useState<string>();
  const want = useCallback(
    (id: string) => {
      setWantedId(id);
      const shown = client.getQueryData(flowQueries.list(toListFilters(address)).queryKey);
      if (shown?.pages.some(({ data }) => data.some((flow) => flow.id === id))) return;
      onAddressChange({}, { replace: false });
      void client.resetQueries({ queryKey: flowQueries.list({}).queryKey, exact: true });
    },
    [client, address, onAddressChange],
  );
  const forgetWanted = useCallback(() => setWantedId(undefined), []);
  return { wantedId, want, forgetWanted };
}

/** Names on their way to the server, by flow: shown in place of the ones that the list still has. */
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
