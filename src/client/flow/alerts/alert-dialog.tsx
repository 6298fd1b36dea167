import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation } from "@tanstack/react-query";
import { useId, useRef, useState } from "react";
import { type UseFormReturn, useForm, useWatch } from "react-hook-form";
import type { Alert, SavedAlert } from "#contract/alerts.ts";
import { ApiError, describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { alertMutations } from "#client/data/mutations/alert-mutations.ts";
import { useMissingScope } from "#client/data/queries/capability-queries.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { Dialog } from "#client/ui/overlays/dialog.tsx";
import { AlertConditionFields } from "./alert-condition-fields.tsx";
import { AlertDeliveries } from "./alert-deliveries.tsx";
import { AlertFlowField } from "./alert-flow-field.tsx";
import { type AlertForm, alertFormSchema, toAlertForm, toBodyOfForm } from "./alert-form.ts";
import { AlertTargetFields } from "./alert-target-fields.tsx";
import { NewSecret } from "./new-secret.tsx";
import { SavedAlertDialog } from "./saved-alert-dialog.tsx";

type AlertDialogProps = {
  /** Undefined for a new alert. */
  readonly alert: Alert | undefined;
  /** Id of the flow whose page shows the dialog. */
  readonly flowId?: string | undefined;
  readonly onClose: () => void;
};

/** Creates or edits an alert. What is known only after a save, such as its secret, comes in a dialog of its own. */
export function AlertDialog({ alert, flowId, onClose }: AlertDialogProps) {
  const [saved, setSaved] = useState<SavedAlert>();
  const missingScope = useMissingScope("FLOWS:WRITE");
  const { mutate, isPending, error } = useMutation(alertMutations.save());
  // Prevents a second alert: a second click can arrive before the button is rendered as busy.
  const isSaving = useRef(false);
  const formId = useId();
  const form = useForm<AlertForm>({
    resolver: zodResolver(alertFormSchema),
    defaultValues: toAlertForm(alert, flowId ?? null),
  });
  const { isDirty } = form.formState;
  const save = (values: AlertForm) => {
    if (isSaving.current) return;
    isSaving.current = true;
    mutate(
      { id: alert?.id, body: toBodyOfForm(values, alert?.isEnabled ?? true) },
      {
        onSuccess: (result) => {
          if (alert && result.secret === undefined) onClose();
          else setSaved(result);
        },
        onSettled: () => {
          isSaving.current = false;
        },
      },
    );
  };
  const disabledReason = missingScope ?? (isDirty ? "Save your changes first." : undefined);
  if (saved) return <SavedAlertDialog alert={saved} isNew={!alert} onClose={onClose} />;
  return (
    <Dialog
      title={alert ? "Edit alert" : "New alert"}
      description="At most one an hour for each flow, then a summary of further runs."
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            type="submit"
            form={formId}
            busy={isPending}
            disabledReason={missingScope}
          >
            {alert ? "Save" : "Create alert"}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        onSubmit={(event) => void form.handleSubmit(save)(event)}
        className="flex flex-col gap-4"
      >
        <AlertFields form={form} />
        {alert?.target.type === "webhook" && (
          <NewSecret id={alert.id} disabledReason={disabledReason} onGenerated={setSaved} />
        )}
        {error && (
          <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-sm break-words text-danger">
            {describeSaveError(error)}
          </p>
        )}
      </form>
      {alert && (
        <div className="mt-5 border-t border-line pt-4">
          <AlertDeliveries id={alert.id} disabledReason={disabledReason} onLeave={onClose} />
        </div>
      )}
    </Dialog>
  );
}

type AlertFieldsProps = { readonly form: UseFormReturn<AlertForm> };

function AlertFields({ form }: AlertFieldsProps) {
  const { control, formState, setValue } = form;
  const flowId = useWatch({ control, name: "flowId" });
  return (
    <>
      <AlertFlowField
        value={flowId}
        error={formState.errors.flowId?.message}
        onChange={(next) =>
          setValue("flowId", next, { shouldDirty: true, shouldValidate: formState.isSubmitted })
        }
      />
      <AlertConditionFields form={form} />
      <AlertTargetFields form={form} />
    </>
  );
}

/** The server’s sentence says what to change, also in its settings. */
function describeSaveError(error: Error): string {
  const [detail] = error instanceof ApiError && error.status === 400 ? error.details : [];
  return detail?.message ?? describeRequestErrorForUser(error);
}
