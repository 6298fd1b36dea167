import { useMutationState, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { FlowRecord } from "#contract/record.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { ApiError, describeRequestErrorForUser, describeRenameFailure } from "#client/data/api/api-error.ts";
import { recordMutations } from "#client/data/mutations/record-mutations.ts";
import { runMutationOutsideComponent } from "#client/data/queries/keep-query-errors.ts";
import { RecordChangedError } from "#client/data/api/update-record.ts";
import { downloadTextFile, convertTextToSafeFileName } from "#client/flow/download-flow.ts";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { deleteRecords } from "./delete-records.ts";

const FAILURE_TOAST_MS = 20_000;

/** Callbacks of a record's row. All rows receive the same object, so that memoized rows do not re-render. */
export interface RecordRowActionCallbacks {
  readonly open: (record: FlowRecord) => void;
  readonly edit: (record: FlowRecord | undefined) => void;
  readonly rename: (record: FlowRecord, name: string) => void;
  readonly remove: (records: readonly FlowRecord[]) => void;
  readonly download: (records: readonly FlowRecord[]) => void;
}

export function useRecordActionsAndDialogs() {
  const client = useQueryClient();
  const router = useRouter();
  const [editingId, setEditingId] = useState<string>();
  const [toDelete, setToDelete] = useState<readonly FlowRecord[]>();
  const [wantedId, setWantedId] = useState<string>();

  const actions = useMemo<RecordRowActionCallbacks>(() => {
    const rename = (record: FlowRecord, name: string) => {
      runMutationOutsideComponent(client, recordMutations.rename(record), name).then(
        () => announceToScreenReaders(`Renamed to ${quoteName(name)}.`),
        (error: unknown) =>
          toasts.show({
            text: `${quoteName(record.name)} ${describeRenameFailure(error)}. ${describeRefusal(error, record, name)}`,
            tone: "danger",
            durationMs: FAILURE_TOAST_MS,
          }),
      );
    };
    return {
      open: ({ type, id }) =>
        void router.navigate({
          to: "/records/$type",
          params: { type },
          search: (now) => ({ ...now, record: id }),
          resetScroll: false,
        }),
      edit: (record) => setEditingId(record?.id),
      rename,
      remove: setToDelete,
      download: downloadRecords,
    };
  }, [client, router]);

  return {
    actions,
    editingId,
    nextNames: usePendingNames(),
    toDelete,
    closeQuestion: () => setToDelete(undefined),
    deleteNow: (records: readonly FlowRecord[]) =>
      deleteRecords(client, records, () => setWantedId(records[0]?.id)),
    wantedId,
    want: setWantedId,
    forgetWanted: () => setWantedId(undefined),
  };
}

export type RecordActionsAndDialogsState = ReturnType<typeof useRecordActionsAndDialogs>;

function describeRefusal(error: unknown, record: FlowRecord, name: string): string {
  if (error instanceof RecordChangedError)
    return `The record was renamed to ${quoteName(error.current.name)} elsewhere.`;
  if (error instanceof ApiError && error.status === 409)
    return `A ${quoteName(record.type)} record named ${quoteName(name)} already exists.`;
  return describeRequestErrorForUser(error);
}

function downloadRecords(records: readonly FlowRecord[]): void {
  const rows = records.map(({ type, name, metadata, messages }) => ({
    type,
    name,
    metadata,
    ...(messages !== null && { messages }),
  }));
  downloadTextFile(
    `${convertTextToSafeFileName(records[0]?.type ?? "records")}.json`,
    `${JSON.stringify(rows, null, 2)}\n`,
  );
}

function usePendingNames(): ReadonlyMap<string, string> {
  const pending = useMutationState({
    filters: { mutationKey: ["renameRecord"], status: "pending" },
    select: ({ options, state }) => [String(options.mutationKey?.[1]), String(state.variables)] as const,
  });
  return new Map(pending);
}
