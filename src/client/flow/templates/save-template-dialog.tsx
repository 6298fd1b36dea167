import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import type { FlowTemplateBody } from "#contract/flow-templates/flow-templates.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { omitCredentials } from "./omit-credentials.ts";
import { addOwnTemplate, describeTemplateStorageError, ownTemplateQueries } from "./own-templates.ts";
import { type TemplateText, TemplateTextDialog } from "./template-text-dialog.tsx";

type SaveTemplateDialogProps = { readonly flow: FlowTemplateBody; readonly onClose: () => void };

export function SaveTemplateDialog({ flow, onClose }: SaveTemplateDialogProps) {
  const client = useQueryClient();
  const existing = useQuery(ownTemplateQueries.list()).data?.some(({ name }) => name === flow.name) ?? false;
  const { steps, replaced } = useMemo(() => omitCredentials(flow.flowSteps), [flow]);
  const { mutate, isPending, error } = useMutation({
    mutationFn: (text: TemplateText) => addOwnTemplate({ ...flow, ...text, flowSteps: steps }),
    onSuccess: () => client.invalidateQueries({ queryKey: ownTemplateQueries.list().queryKey }),
    retry: false,
  });
  // A double click's second click can come before the render that makes the button busy.
  const isSent = useRef(false);
  return (
    <TemplateTextDialog
      title="Save as template"
      confirmLabel="Save template"
      name={flow.name}
      description={flow.description}
      busy={isPending}
      error={error ? `Couldn’t save the template. ${describeTemplateStorageError(error)}` : undefined}
      onSubmit={(text) => {
        if (isSent.current) return;
        isSent.current = true;
        mutate(text, {
          onError: () => {
            isSent.current = false;
          },
          onSuccess: () => {
            onClose();
            toasts.show({
              text: `Saved template ${quoteName(text.name)}. Choose it in New flow.`,
              tone: "success",
            });
          },
        });
      }}
      onClose={onClose}
    >
      <div className="flex flex-col gap-2 text-xs text-muted">
        <p>Stored in this browser only. Later changes of the flow don’t change the template.</p>
        {existing && <p>You have a template with this name. Both are kept.</p>}
        {replaced.length > 0 && (
          <p className="rounded-md bg-warning-soft px-3 py-2 text-warning">
            The template leaves out written-out credentials and refers to secrets instead:{" "}
            {replaced.slice(0, 5).join(", ")}.
          </p>
        )}
      </div>
    </TemplateTextDialog>
  );
}
