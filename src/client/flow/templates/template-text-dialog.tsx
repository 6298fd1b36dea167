import { zodResolver } from "@hookform/resolvers/zod";
import type { ReactNode } from "react";
import { useForm } from "react-hook-form";
import * as z from "zod/mini";
import { FLOW_LIMITS } from "#contract/flow.ts";
import { ErrorNote } from "#client/page/error-note.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { TextArea, TextField } from "#client/ui/fields/text-field.tsx";
import { Dialog } from "#client/ui/overlays/dialog.tsx";

export const templateText = z.object({
  name: z
    .string()
    .check(
      z.trim(),
      z.minLength(1, "Name is required."),
      z.maxLength(FLOW_LIMITS.name, `At most ${FLOW_LIMITS.name} characters.`),
    ),
  description: z.string().check(z.trim()),
});

export type TemplateText = z.infer<typeof templateText>;

type TemplateTextDialogProps = {
  readonly title: string;
  readonly confirmLabel: string;
  readonly name: string;
  readonly description: string;
  readonly busy: boolean;
  readonly error: string | undefined;
  readonly children?: ReactNode;
  readonly onSubmit: (text: TemplateText) => void;
  readonly onClose: () => void;
};

export function TemplateTextDialog(props: TemplateTextDialogProps) {
  const { title, confirmLabel, name, description, busy, error, children, onSubmit, onClose } = props;
  const { register, handleSubmit, formState } = useForm({
    resolver: zodResolver(templateText),
    defaultValues: { name, description },
  });
  const submit = handleSubmit((text) => {
    if (!busy) onSubmit(text);
  });
  return (
    <Dialog
      title={title}
      size="sm"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" busy={busy} onClick={() => void submit()}>
            {confirmLabel}
          </Button>
        </>
      }
    >
      <form noValidate onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <TextField
          label="Name"
          dir="auto"
          data-autofocus=""
          error={formState.errors.name?.message}
          {...register("name")}
        />
        <TextArea
          label="Description"
          dir="auto"
          hint="Optional."
          className="[&_textarea]:max-h-48"
          {...register("description")}
        />
        {children}
        {error !== undefined && <ErrorNote>{error}</ErrorNote>}
      </form>
    </Dialog>
  );
}
