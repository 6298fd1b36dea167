import { useRef, useState } from "react";
import type { PasteRefusalReason } from "#core/document/parse-pasted-steps.ts";
import type { StepPlace } from "#core/document/step-list.ts";
import { describeTargetPlace } from "#core/document/step-place.ts";
import { LeavePageConfirmation } from "#client/page/unsaved-form-text-guard.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { Dialog } from "#client/ui/overlays/dialog.tsx";
import { FormField, textBoxClasses } from "#client/ui/fields/field.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { useEditor } from "#client/editor/session/editor-provider.tsx";
import { pasteStepsFromText } from "./paste.ts";

type PasteDialogProps = {
  readonly place: StepPlace;
  readonly text: string;
  readonly reasons: readonly PasteRefusalReason[];
  readonly onClose: () => void;
};

export function PasteStepsDialog({ place, text, reasons: first, onClose }: PasteDialogProps) {
  const editor = useEditor();
  const [reasons, setReasons] = useState(first);
  const [isBusy, setBusy] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const positionText = describeTargetPlace(editor.documentNow(), place);

  const insert = async () => {
    setBusy(true);
    const next = await pasteStepsFromText(editor, field.current?.value ?? "", place);
    setBusy(false);
    setReasons(next);
    if (next.length > 0) return;
    onClose();
  };

  return (
    <Dialog
      title="Paste steps"
      description={`Paste steps or a flow as JSON. Inserted ${positionText}.`}
      size="lg"
      onClose={onClose}
      initialFocus={field}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" busy={isBusy} onClick={() => void insert()}>
            Insert steps
          </Button>
        </>
      }
    >
      <LeavePageConfirmation isTyped={() => field.current !== null && field.current.value !== ""} />
      <FormField label="Steps as JSON">
        {(control) => (
          <textarea
            {...control}
            ref={field}
            // Uncontrolled: a controlled field would copy a text of several megabytes on every keystroke.
            defaultValue={text}
            rows={12}
            spellCheck={false}
            autoComplete="off"
            aria-invalid={reasons.length > 0 || undefined}
            onChange={() => setReasons([])}
            className={joinClasses(textBoxClasses, "max-h-[45dvh] resize-y py-1.5 font-mono text-xs")}
          />
        )}
      </FormField>
      <div role="alert">
        {reasons.length > 0 && (
          <>
            <p className="mt-3 text-sm font-medium text-danger">Couldn’t paste steps.</p>
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

function showPlace(field: HTMLTextAreaElement | null, { line = 1, column = 1 }: PasteRefusalReason) {
  if (!field) return;
  let offset = 0;
  for (let passed = 1; passed < line; passed += 1) offset = field.value.indexOf("\n", offset) + 1;
  offset += column - 1;
  field.focus();
  field.setSelectionRange(offset, offset + 1);
}
