import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation } from "@tanstack/react-query";
import { type BaseSyntheticEvent, useRef, useState } from "react";
import { FormProvider, useForm } from "react-hook-form";
import type { Schedule } from "#contract/schedule.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { ApiError, describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { scheduleMutations } from "#client/data/mutations/schedule-mutations.ts";
import { useMissingScope } from "#client/data/queries/capability-queries.ts";
import { LeavePageConfirmation, LeavePageQuestion } from "#client/page/unsaved-form-text-guard.tsx";
import { UnavailableFeatureNotice } from "#client/page/unavailable-feature-notice.tsx";
import { ErrorNote } from "#client/page/error-note.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { TextField } from "#client/ui/fields/text-field.tsx";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import { Dialog } from "#client/ui/overlays/dialog.tsx";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { ScheduleFlowField } from "./schedule-flow-field.tsx";
import { OWN_TIME_ZONE } from "./describe-schedule.ts";
import {
  type ScheduleFormField,
  type ScheduleFormValues,
  createScheduleBody,
  createScheduleChanges,
  createScheduleForm,
  findFieldOfErrorDetail,
  scheduleFormSchema,
} from "./schedule-form.ts";
import { type ScheduledFlow, getScheduleName } from "./schedule-name.ts";
import { ScheduleTargetFields } from "./schedule-target-fields.tsx";
import { ScheduleTimeFields } from "./schedule-time-fields.tsx";

export type ScheduleDialogProps = {
  /** Undefined for a new schedule. */
  readonly schedule: Schedule | undefined;
  /** Undefined if the user chooses the flow. */
  readonly flow: ScheduledFlow | undefined;
  readonly onSaved?: ((id: string) => void) | undefined;
  readonly onClose: () => void;
  readonly returnFocus: () => HTMLElement | null;
};

export function ScheduleDialog({ schedule, flow, onSaved, onClose, returnFocus }: ScheduleDialogProps) {
  const { form, save, isPending, error } = useScheduleForm({ schedule, flow, onSaved, onClose });
  const [isAsking, setAsking] = useState(false);
  // Read while rendering, because the form only tracks what a render has read.
  const { errors, isDirty } = form.formState;
  const requestClose = () => {
    if (isDirty && !isPending) setAsking(true);
    else onClose();
  };
  const missing = useMissingScope("FLOWS:WRITE", "FLOWS:EXECUTE");
  return (
    <Dialog
      title={schedule ? `Edit schedule ${quoteName(getScheduleName(schedule, flow))}` : "New schedule"}
      description="Runs the published version of the flow."
      size="lg"
      onClose={requestClose}
      returnFocus={returnFocus}
      footer={
        <>
          <Button onClick={requestClose}>Cancel</Button>
          <Button variant="primary" busy={isPending} disabledReason={missing} onClick={() => void save()}>
            {schedule ? "Save" : "Create schedule"}
          </Button>
        </>
      }
    >
      <FormProvider {...form}>
        <form noValidate onSubmit={(event) => void save(event)} className="flex flex-col gap-4">
          {!flow && <ScheduleFlowField isFocusedFirst={!schedule} />}
          <TextField
            label="Name"
            hint="Optional. Without a name, the flow’s is shown."
            dir="auto"
            {...(flow || schedule ? { "data-autofocus": "" } : {})}
            error={errors.name?.message}
            {...form.register("name")}
          />
          <ScheduleTimeFields />
          <ScheduleTargetFields />
          {/* Enter in a field submits only a form with a submit button. */}
          <button type="submit" hidden>
            Save
          </button>
          <UnavailableFeatureNotice feature="schedules" />
          {missing !== undefined && (
            <p className="rounded-md bg-warning-soft px-3 py-2 text-sm text-warning">{missing}</p>
          )}
          {error && (
            <ErrorNote error={error}>
              Couldn’t save the schedule. {describeRequestErrorForUser(error)}
            </ErrorNote>
          )}
        </form>
      </FormProvider>
      <LeavePageConfirmation isTyped={() => isDirty} isBusy={isPending} />
      <LeavePageQuestion
        blocker={
          isAsking
            ? { status: "blocked", proceed: onClose, reset: () => setAsking(false) }
            : { status: "idle" }
        }
        isBusy={isPending}
        busyText="You’ll leave when this is done."
        text="Your changes to this schedule will be lost."
      />
    </Dialog>
  );
}

/** `error`: a failure that is not at a field. */
function useScheduleForm({ schedule, flow, onSaved, onClose }: Omit<ScheduleDialogProps, "returnFocus">) {
  const [initial] = useState(() => createScheduleForm(schedule, flow?.id ?? "", OWN_TIME_ZONE, Date.now()));
  const form = useForm<ScheduleFormValues>({
    resolver: zodResolver(scheduleFormSchema),
    defaultValues: initial,
    mode: "onTouched",
    // Most controls are groups or editors, which the form cannot focus.
    shouldFocusError: false,
  });
  const create = useMutation(scheduleMutations.create());
  const update = useMutation(scheduleMutations.update(schedule?.id ?? ""));
  const [error, setError] = useState<Error>();
  const isSent = useRef(false);
  const send = async (values: ScheduleFormValues): Promise<string> => {
    if (!schedule) return (await create.mutateAsync(createScheduleBody(values))).id;
    const changes = createScheduleChanges(initial, values, schedule.executionOptions);
    if (Object.keys(changes).length > 0) await update.mutateAsync(changes);
    return schedule.id;
  };
  const submit = async (values: ScheduleFormValues) => {
    // A double click's second click can come before the render that makes the button busy.
    if (isSent.current) return;
    isSent.current = true;
    setError(undefined);
    try {
      const id = await send(values);
      toasts.show({ tone: "success", text: schedule ? "Saved the schedule." : "Created the schedule." });
      onSaved?.(id);
      onClose();
    } catch (failure) {
      const fields = listFieldErrors(failure);
      for (const [field, message] of fields) form.setError(field, { type: "server", message });
      if (fields.length > 0) requestFocusWhenRendered(findInvalidControl);
      else setError(failure instanceof Error ? failure : new Error(String(failure)));
    } finally {
      isSent.current = false;
    }
  };
  const save = (event?: BaseSyntheticEvent) =>
    form.handleSubmit(submit, () => requestFocusWhenRendered(findInvalidControl))(event);
  return { form, save, isPending: create.isPending || update.isPending, error };
}

const findInvalidControl = () =>
  document.querySelector<HTMLElement>("[role=dialog] :is([aria-invalid=true], [data-invalid] input)");

/** The errors of a refused form by the field to which each belongs. */
function listFieldErrors(error: unknown): readonly (readonly [ScheduleFormField, string])[] {
  if (!(error instanceof ApiError) || error.status !== 400) return [];
  const found = error.details.map((detail) => [findFieldOfErrorDetail(detail), detail.message] as const);
  return found.flatMap(([field, message]) => (field === undefined ? [] : [[field, message] as const]));
}
