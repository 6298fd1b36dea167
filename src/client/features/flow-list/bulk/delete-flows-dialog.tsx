import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { FlowListItem } from "#contract/flow.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import { BulkDialog } from "#client/flow/bulk/bulk-dialog.tsx";
import { BulkReadProgress } from "#client/flow/bulk/bulk-preview.tsx";
import { listFinished, useBulkRun } from "#client/flow/bulk/use-bulk-run.ts";
import { getPublishState } from "#client/flow/publish-state.ts";
import { useDeletedScheduleNote } from "#client/flow/schedules/schedule-notes.tsx";
import { TextField } from "#client/ui/fields/text-field.tsx";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import type { BulkFlowDialogProps } from "./bulk-actions.tsx";
import { MAX_UNDOABLE_DELETIONS, deleteFlow, deleteFlowsAfterUndoPeriod } from "./delete-flows.ts";
import { FlowNames } from "./flow-names.tsx";

const words = { verb: "Delete", running: "Deleting", done: "deleted" };

/** More than {@link MAX_UNDOABLE_DELETIONS} flows are deleted at once, without undo. */
export function DeleteFlowsDialog({ flows, onClose, returnFocus }: BulkFlowDialogProps) {
  const client = useQueryClient();
  const [typed, setTyped] = useState("");
  const { stopOnUnmount, ...reading } = useBulkRun<FlowListItem, FlowListItem>();
  const options = { perform: readNewest };
  const isFirst = reading.state.status === "idle";
  const items = isFirst ? flows : listFinished(reading.state).map(({ result }) => result);
  const isReading = !isFirst && reading.state.status !== "ended";
  const live = items.filter((flow) => ["published", "changed"].includes(getPublishState(flow) ?? ""));
  const scheduled = useDeletedScheduleNote(items.map(({ id }) => id));
  const canUndo = flows.length <= MAX_UNDOABLE_DELETIONS;
  const phrase = formatCount(items.length, "flow");
  const isConfirmed = live.length === 0 || typed.trim() === phrase;
  return (
    <BulkDialog
      title={`Delete ${phrase}?`}
      description={
        <>
          {live.length === 1 && "1 flow is live. Deleting it breaks everything that uses it. "}
          {live.length > 1 &&
            `${formatNumber(live.length)} flows are live. Deleting them breaks everything that uses them. `}
          All versions are deleted too. {scheduled}{" "}
          {canUndo
            ? "You can undo this for a few seconds."
            : `More than ${MAX_UNDOABLE_DELETIONS} flows: this can’t be undone.`}
        </>
      }
      isDanger
      words={words}
      onClose={onClose}
      returnFocus={returnFocus}
      items={items}
      blocked={isReading ? "Loading the flows…" : isConfirmed ? undefined : `Type “${phrase}” first.`}
      {...(canUndo && {
        onConfirm: () => {
          deleteFlowsAfterUndoPeriod(client, flows, () => undefined);
          onClose();
        },
      })}
      perform={(flow) => deleteFlow(client, flow)}
      onEnd={() => void client.invalidateQueries({ queryKey: flowQueries.lists() })}
      onReview={(unfinished) => {
        setTyped("");
        const ids = new Set(unfinished.map(({ id }) => id));
        reading.start(
          items.filter(({ id }) => ids.has(id)),
          options,
        );
      }}
    >
      <div ref={stopOnUnmount} className="flex flex-col gap-4">
        {!isFirst && (
          <BulkReadProgress
            label="Loading the changed flows"
            state={reading.state}
            onRetry={() => reading.retry(options)}
          />
        )}
        {!isReading && <FlowNames flows={items} />}
        {live.length > 0 && (
          <TextField
            label={`Type “${phrase}” to confirm`}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            spellCheck={false}
            data-autofocus=""
          />
        )}
      </div>
    </BulkDialog>
  );
}

/** Reads a flow that changed since it was listed, so that its deletion can be confirmed again. */
async function readNewest(flow: FlowListItem): Promise<FlowListItem> {
  const newest = await callEndpoint("getFlow", { params: { id: flow.id } });
  return { ...flow, ...newest, lastRunAt: newest.lastRunAt ?? flow.lastRunAt };
}
