import { useMutationState, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { FlowRecord } from "#contract/record.ts";
import { quoteName } from "#core/quote-name.ts";
import { ApiError, describeError, nameOutcome } from "#client/data/api-error.ts";
import { recordMutations } from "#client/data/record-mutations.ts";
import { runMutation } from "#client/data/run-mutation.ts";
import { RecordChangedError } from "#client/data/write-record.ts";
import { downloadText, toFileName } from "#client/flow/download-flow.ts";
import { announce } from "#client/ui/announce.ts";
import { toasts } from "#client/ui/toasts.ts";
import { deleteRecords } from "./delete-records.ts";

const FAILURE_MS = 20_000;

/** What a row asks of the list; one object for all rows, so that a row is drawn again only for news of its own. */
export interface RecordCommands {
  readonly open: (record: FlowRecord) => void;
  readonly edit: (record: FlowRecord | undefined) => void;
  readonly rename: (record: FlowRecord, name: string) => void;
  /** Asks first. */
  readonly remove: (records: readonly FlowRecord[]) => void;
  readonly download: (records: readonly FlowRecord[]) => void;
}

export function useRecordCommands() {
  const client = useQueryClient();
  const router = useRouter();
  const [editingId, setEditingId] = useState<string>();
  const [doomed, setDoomed] = useState<readonly FlowRecord[]>();
  const [wantedId, setWantedId] = useState<string>();

  const commands = useMemo<RecordCommands>(() => {
    const rename = (record: FlowRecord, name: string) => {
      runMutation(client, recordMutations.rename(record), name).then(
        () => announce(`Renamed to ${quoteName(name)}.`),
        (error: unknown) =>
          toasts.show({
            text: `${quoteName(record.name)} ${nameOutcome(error)}. ${describeRefusal(error, record, name)}`,
            tone: "danger",
            durationMs: FAILURE_MS,
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
      remove: setDoomed,
      download: downloadRecords,
    };
  }, [client, router]);

  return {
    commands,
    editingId,
    nextNames: usePendingNames(),
    /** About to be deleted, once the person has said so. */
    doomed,
    closeQuestion: () => setDoomed(undefined),
    deleteNow: (records: readonly FlowRecord[]) =>
      deleteRecords(client, records, () => setWantedId(records[0]?.id)),
    wantedId,
    want: setWantedId,
    forgetWanted: () => setWantedId(undefined),
  };
}

function describeRefusal(error: unknown, record: FlowRecord, name: string): string {
  if (error instanceof RecordChangedError)
    return `It was renamed to ${quoteName(error.current.name)} elsewhere meanwhile.`;
  if (error instanceof ApiError && error.status === 409)
    return `There is another ${quoteName(record.type)} called ${quoteName(name)}.`;
  return describeError(error);
}

/** As they would be imported again. */
function downloadRecords(records: readonly FlowRecord[]): void {
  const rows = records.map(({ type, name, metadata, messages }) => ({
    type,
    name,
    metadata,
    ...(messages !== null && { messages }),
  }));
  downloadText(`${toFileName(records[0]?.type ?? "records")}.json`, `${JSON.stringify(rows, null, 2)}\n`);
}

/** Names on their way to the server, by record: shown in place of the ones that the list still has. */
function usePendingNames(): ReadonlyMap<string, string> {
  const pending = useMutationState({
    filters: { mutationKey: ["renameRecord"], status: "pending" },
    select: ({ options, state }) => [String(options.mutationKey?.[1]), String(state.variables)] as const,
  });
  return new Map(pending);
}
