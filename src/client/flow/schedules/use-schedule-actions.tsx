import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { type ReactNode, useMemo, useState } from "react";
import type { Schedule } from "#contract/schedule.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { scheduleMutations } from "#client/data/mutations/schedule-mutations.ts";
import { useMissingScope } from "#client/data/queries/capability-queries.ts";
import { runMutationOutsideComponent } from "#client/data/queries/keep-query-errors.ts";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { createLazyDialog } from "#client/ui/hooks/create-lazy-component.tsx";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { deleteSchedule } from "./delete-schedule.ts";
import { type ScheduledFlow, getScheduleName } from "./schedule-name.ts";

const ScheduleDialog = createLazyDialog(async () => (await import("./schedule-dialog.tsx")).ScheduleDialog);

const FAILURE_TOAST_MS = 20_000;

/** All rows receive the same object, so that memoized rows do not render again. */
export interface ScheduleActions {
  readonly create: () => void;
  readonly edit: (schedule: Schedule) => void;
  readonly runNow: (schedule: Schedule) => void;
  readonly setEnabled: (schedule: Schedule, isEnabled: boolean) => void;
  readonly remove: (schedule: Schedule) => void;
  /** Why the user may not create and change schedules. */
  readonly readOnlyReason: string | undefined;
  readonly runReason: string | undefined;
  /** Also why the user may not pause them. */
  readonly deleteReason: string | undefined;
}

interface ScheduleActionsInput {
  /** The flow of new schedules; undefined if the user chooses it. */
  readonly flow: ScheduledFlow | undefined;
  readonly onSaved?: (id: string) => void;
  readonly onRestored?: (id: string) => void;
  readonly returnFocus: () => HTMLElement | null;
}

/** Returns the actions, and the open dialog. */
export function useScheduleActions(
  input: ScheduleActionsInput,
): readonly [actions: ScheduleActions, dialog: ReactNode] {
  const { flow, onSaved, onRestored, returnFocus } = input;
  const client = useQueryClient();
  const router = useRouter();
  const [edited, setEdited] = useState<Schedule | "new">();
  const readOnlyReason = useMissingScope("FLOWS:WRITE", "FLOWS:EXECUTE");
  const runReason = useMissingScope("FLOWS:EXECUTE");
  const deleteReason = useMissingScope("FLOWS:WRITE");
  const callbacks = useMemo(() => {
    const openRun = (flowId: string, batchId: string) =>
      void router.navigate({ to: "/flows/$flowId/runs/$batchId", params: { flowId, batchId } });
    return {
      create: () => setEdited("new"),
      edit: (schedule: Schedule) => setEdited(schedule),
      runNow: (schedule: Schedule) => void runNow(client, schedule, openRun),
      setEnabled: (schedule: Schedule, isEnabled: boolean) => void setEnabled(client, schedule, isEnabled),
      remove: (schedule: Schedule) =>
        deleteSchedule(client, { id: schedule.id, name: getScheduleName(schedule) }, () =>
          onRestored?.(schedule.id),
        ),
    };
  }, [client, router, onRestored]);
  const actions = useMemo<ScheduleActions>(
    () => ({ ...callbacks, readOnlyReason, runReason, deleteReason }),
    [callbacks, readOnlyReason, runReason, deleteReason],
  );
  const dialog = edited && (
    <ScheduleDialog
      schedule={edited === "new" ? undefined : edited}
      flow={flow}
      onSaved={onSaved}
      onClose={() => setEdited(undefined)}
      returnFocus={returnFocus}
    />
  );
  return [actions, dialog];
}

async function runNow(
  client: QueryClient,
  schedule: Schedule,
  openRun: (flowId: string, batchId: string) => void,
): Promise<void> {
  const name = quoteName(getScheduleName(schedule));
  try {
    const run = await runMutationOutsideComponent(client, scheduleMutations.runNow(schedule.id), undefined);
    const { batchExecutionId: batchId, error, status } = run;
    const { flowId } = schedule;
    toasts.show({
      ...(status === "failed"
        ? { tone: "danger", text: `${name} failed. ${error ?? ""}`.trim(), durationMs: FAILURE_TOAST_MS }
        : { tone: "success", text: `Started ${name}.` }),
      ...(batchId !== null &&
        flowId !== null && { action: { label: "Show run", run: () => openRun(flowId, batchId) } }),
    });
  } catch (error) {
    showFailure(`Couldn’t start ${name}.`, error);
  }
}

async function setEnabled(client: QueryClient, schedule: Schedule, isEnabled: boolean): Promise<void> {
  const name = quoteName(getScheduleName(schedule));
  try {
    await runMutationOutsideComponent(client, scheduleMutations.setEnabled(schedule.id), isEnabled);
    announceToScreenReaders(`${isEnabled ? "Resumed" : "Paused"} ${name}.`);
  } catch (error) {
    showFailure(`Couldn’t ${isEnabled ? "resume" : "pause"} ${name}.`, error);
  }
}

function showFailure(what: string, error: unknown): void {
  const text = `${what} ${describeRequestErrorForUser(error)}`;
  toasts.show({ text, tone: "danger", durationMs: FAILURE_TOAST_MS });
}
