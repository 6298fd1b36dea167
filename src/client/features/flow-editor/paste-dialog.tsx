import { useRef, useState } from "react";
import type { PasteReason } from "#core/read-pasted-steps.ts";
import type { Place } from "#core/step-list.ts";
import { describePlace } from "#core/step-place.ts";
import { Button } from "#client/ui/button.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { Field, fieldBox } from "#client/ui/field.tsx";
import { joinClasses } from "#client/ui/join-classes.ts";
import { useEditor } from "./editor-context.tsx";

type PasteDialogProps = {
  readonly place: Place;
  readonly text: string;
  /** Why the text could not be pasted as it is. */
  readonly reasons: readonly PasteReason[];
  readonly onClose: () => void;
};

/** Takes steps as text and says what keeps it from being steps, each reason with its place in the text. */
export function PasteDialog({ place, text, reasons: first, onClose }: PasteDialogProps) {
  const { openFlow, actions } = useEditor();
  const [reasons, setReasons] = useState(first);
  const [isBusy, setBusy] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const where = describePlace(openFlow.getState().history.document, place);

  const insert = async () => {
    setBusy(true);
    const next = await actions.paste(field.current?.value ?? "", place);
    setBusy(false);
    setReasons(next);
    if (next.length > 0) return;
    onClose();
  };

  return (
    <Dialog
      title="Paste steps"
      description={`Steps or a whole flow as JSON, also out of a chat. They go ${where}.`}
      size="lg"
      onClose={onClose}
      initialFocus={field}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" busy={isBusy} onClick={() => void insert()}>
            Insert
          </Button>
        </>
      }
    >
      <Field label="Steps as JSON">
        {(control) => (
          <textarea
            {...control}
            ref={field}
            // The browser keeps the text: one of five megabytes would be copied with every key otherwise.
            defaultValue={text}
            rows={12}
            spellCheck={false}
            autoComplete="off"
            aria-invalid={reasons.length > 0 || undefined}
            onChange={() => setReasons([])}
            className={joinClasses(fieldBox, "max-h-[45dvh] resize-y py-1.5 font-mono text-xs")}
          />
        )}
      </Field>
      <div role="alert">
        {reasons.length > 0 && (
          <>
            <p className="mt-3 text-sm font-medium text-danger">Nothing was pasted.</p>
            <ul className="mt-1 flex max-h-40 flex-col gap-1 overflow-y-auto text-sm">
              {reasons.map((reason, index) => (
                <li key={index} className="flex items-baseline gap-2">
                  {reason.line !== undefined && (
                    <button
                      type="button"
                      className="shrink-0 rounded-sm font-medium text-accent tabular-nums hover:underline"
                      onClick={() => showPlace(field.current, reason)}
                    >
                      Line {reason.line}
                      {reason.column !== undefined && `, column ${reason.column}`}
                    </button>
                  )}
                  <span className="min-w-0 break-words">{reason.message}</span>
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </Dialog>
  );
}

/** Puts the cursor where the reason is. */
function showPlace(field: HTMLTextAreaElement | null, { line = 1, column = 1 }: PasteReason) {
  if (!field) return;
  let offset = 0;
  for (let passed = 1; passed < line; passed += 1) offset = field.value.indexOf("\n", offset) + 1;
  offset += column - 1;
  field.focus();
  field.setSelectionRange(offset, offset + 1);
}
