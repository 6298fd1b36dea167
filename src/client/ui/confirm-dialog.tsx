import { type ReactNode, useRef, useState } from "react";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { TextField } from "./text-field.tsx";

export type ConfirmDialogProps = {
  readonly title: string;
  readonly description: ReactNode;
  readonly confirmLabel: string;
  /** What leaves all as it is; another word than the usual one where that is what is asked about. */
  readonly cancelLabel?: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  readonly danger?: boolean;
  readonly busy?: boolean;
  /** Why the last attempt failed. */
  readonly error?: string | undefined;
  /** The confirm button works once this text has been typed. */
  readonly typeToConfirm?: string;
  readonly returnFocus?: () => HTMLElement | null;
};

/** Asks before something that cannot simply be undone. The focus starts on the harmless answer. */
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
      {...{ title, description, onClose, returnFocus }}
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
