import { type ReactNode, useRef, useState } from "react";
import { Button } from "#client/ui/controls/button.tsx";
import { Dialog } from "./dialog.tsx";
import { TextField } from "#client/ui/fields/text-field.tsx";

export type ConfirmDialogProps = {
  readonly title: string;
  readonly description: ReactNode;
  readonly confirmLabel: string;
  /** “Cancel” would be ambiguous if the action to confirm is also a cancellation. */
  readonly cancelLabel?: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  readonly danger?: boolean;
  readonly busy?: boolean;
  readonly error?: string | undefined;
  readonly typeToConfirm?: string;
  readonly returnFocus?: () => HTMLElement | null;
};

export function ConfirmDialog({
  title,
  description,
  confirmLabel,
  cancelLabel = "Cancel",
  onConfirm,
  onClose,
  danger = false,
  busy = false,
  error,
  typeToConfirm,
  returnFocus,
}: ConfirmDialogProps) {
  const cancel = useRef<HTMLButtonElement>(null);
  const nameField = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState("");
  const matches = typeToConfirm === undefined || typed.trim() === typeToConfirm.trim();

  return (
    <Dialog
      role="alertdialog"
      size="sm"
      initialFocus={typeToConfirm === undefined ? cancel : nameField}
      title={title}
      description={description}
      onClose={onClose}
      returnFocus={returnFocus}
      footer={
        <>
          <Button ref={cancel} onClick={onClose}>
            {cancelLabel}
          </Button>
          <Button
            variant={danger ? "danger" : "primary"}
            busy={busy}
            disabledReason={matches ? undefined : `Type “${typeToConfirm}” first.`}
            onClick={onConfirm}
          >
            {confirmLabel}
          </Button>
        </>
      }
    >
      {(typeToConfirm !== undefined || error !== undefined) && (
        <>
          {typeToConfirm !== undefined && (
            <form
              onSubmit={(event) => {
                event.preventDefault();
                if (matches && !busy) onConfirm();
              }}
            >
              <TextField
                ref={nameField}
                label={`Type “${typeToConfirm}” to confirm`}
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
                spellCheck={false}
              />
            </form>
          )}
          {error !== undefined && (
            <p role="alert" className="mt-2 text-sm text-danger">
              {error}
            </p>
          )}
        </>
      )}
    </Dialog>
  );
}
