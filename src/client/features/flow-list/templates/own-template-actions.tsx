import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Download, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { quoteName } from "#core/text/quote-name.ts";
import { convertTextToSafeFileName, downloadTextFile } from "#client/flow/download-flow.ts";
import {
  changeOwnTemplate,
  describeTemplateStorageError,
  ownTemplateQueries,
  removeOwnTemplate,
} from "#client/flow/templates/own-templates.ts";
import { type TemplateText, TemplateTextDialog } from "#client/flow/templates/template-text-dialog.tsx";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { ConfirmDialog } from "#client/ui/overlays/confirm-dialog.tsx";
import { toasts } from "#client/ui/overlays/toasts.ts";
import type { GalleryTemplate } from "./find-templates.ts";

type OwnTemplateActionsProps = { readonly template: GalleryTemplate; readonly onRemoved: () => void };

/** Buttons to edit, export and delete a template of the user. */
export function OwnTemplateActions({ template, onRemoved }: OwnTemplateActionsProps) {
  const { id, name, flow } = template;
  const [dialog, setDialog] = useState<"edit" | "delete">();
  const close = () => setDialog(undefined);
  const exportJson = () => {
    if (!flow) return;
    downloadTextFile(
      `${convertTextToSafeFileName(name)}.template.json`,
      `${JSON.stringify(flow, null, 2)}\n`,
    );
    toasts.show({ text: `Exported ${quoteName(name)}.`, tone: "success" });
  };
  return (
    <div className="-my-1 -mr-2 flex shrink-0">
      {flow && (
        <>
          <IconButton label="Edit template" icon={Pencil} size="sm" onClick={() => setDialog("edit")} />
          <IconButton label="Export template" icon={Download} size="sm" onClick={exportJson} />
        </>
      )}
      <IconButton label="Delete template" icon={Trash2} size="sm" onClick={() => setDialog("delete")} />
      {dialog === "edit" && flow && <EditTemplateDialog id={id} flow={flow} onClose={close} />}
      {dialog === "delete" && (
        <DeleteTemplateDialog
          id={id}
          name={name}
          onClose={close}
          onRemoved={() => {
            close();
            onRemoved();
          }}
        />
      )}
    </div>
  );
}

type EditTemplateDialogProps = {
  readonly id: string;
  readonly flow: NonNullable<GalleryTemplate["flow"]>;
  readonly onClose: () => void;
};

function EditTemplateDialog({ id, flow, onClose }: EditTemplateDialogProps) {
  const client = useQueryClient();
  const { mutate, isPending, error, data } = useMutation({
    mutationFn: (text: TemplateText) => changeOwnTemplate(id, text),
    onSettled: () => client.invalidateQueries({ queryKey: ownTemplateQueries.list().queryKey }),
    retry: false,
  });
  return (
    <TemplateTextDialog
      title="Edit template"
      confirmLabel="Save template"
      name={flow.name}
      description={flow.description}
      busy={isPending}
      error={
        data === false
          ? "Another tab deleted this template. Nothing was saved."
          : error
            ? `Couldn’t save the template. ${describeTemplateStorageError(error)}`
            : undefined
      }
      onSubmit={(text) => mutate(text, { onSuccess: (isSaved) => isSaved && onClose() })}
      onClose={onClose}
    />
  );
}

type DeleteTemplateDialogProps = {
  readonly id: string;
  readonly name: string;
  readonly onClose: () => void;
  readonly onRemoved: () => void;
};

function DeleteTemplateDialog({ id, name, onClose, onRemoved }: DeleteTemplateDialogProps) {
  const client = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => removeOwnTemplate(id),
    onSuccess: () => client.invalidateQueries({ queryKey: ownTemplateQueries.list().queryKey }),
    retry: false,
  });
  return (
    <ConfirmDialog
      danger
      title={`Delete ${quoteName(name)}?`}
      description="The template is deleted from this browser. Flows made from it are not affected."
      confirmLabel="Delete template"
      busy={isPending}
      error={error ? `Couldn’t delete the template. ${describeTemplateStorageError(error)}` : undefined}
      onConfirm={() => mutate(undefined, { onSuccess: onRemoved })}
      onClose={onClose}
      returnFocus={() => document.querySelector<HTMLElement>("[data-template-search] input")}
    />
  );
}
