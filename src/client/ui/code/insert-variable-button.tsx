import { Braces, Maximize2 } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import { Dialog, RunOnMount } from "#client/ui/overlays/dialog.tsx";
import type { CodeLanguage } from "./select-text-range.ts";
import type { VariableCompletion } from "./variable-completion.ts";
import { VariableDialog } from "./variable-dialog.tsx";

/** Loads the module that {@link CodeField} shows, so that the calls wait for no request. */
const loadEditor = () => import("./code-editor.tsx");

type InsertVariableButtonProps = {
  readonly label: string;
  readonly language: CodeLanguage;
  /** Whether only the icon is shown, because the field has one line. */
  readonly isIcon: boolean;
  readonly findEditor: () => HTMLElement | null;
  readonly names: () => readonly VariableCompletion[];
  readonly onOpen: () => void;
};

export function InsertVariableButton(props: InsertVariableButtonProps) {
  const { label, language, isIcon, findEditor, names, onOpen } = props;
  const [isOpen, setOpen] = useState(false);
  const open = () => {
    onOpen();
    setOpen(true);
  };
  const insert = (path: string) => {
    setOpen(false);
    requestFocusWhenRendered(findEditor);
    const editor = findEditor();
    if (editor) void loadEditor().then(({ insertVariableAtCaret }) => insertVariableAtCaret(editor, path));
  };
  const name = `Insert variable into ${label}`;
  return (
    <>
      {isIcon ? (
        <IconButton
          label={name}
          icon={Braces}
          size="sm"
          className="absolute top-0.5 right-0.5 size-6! pointer-coarse:size-9!"
          onClick={open}
        />
      ) : (
        <button
          type="button"
          aria-label={name}
          onClick={open}
          className="-my-0.5 inline-flex min-h-6 items-center gap-1 rounded-sm px-1 text-xs font-medium text-muted hover:text-ink pointer-coarse:min-h-9"
        >
          <Braces aria-hidden="true" className="size-3.5 shrink-0" />
          Insert variable
        </button>
      )}
      {isOpen && (
        <VariableDialog
          label={label}
          language={language}
          names={names}
          onInsert={insert}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

type ExpandButtonProps = {
  readonly label: string;
  readonly findEditor: () => HTMLElement | null;
  /** The same field with a large editor. */
  readonly children: ReactNode;
};

/** Opens the field in a large dialog. The caret moves there and back with the focus. */
export function ExpandButton({ label, findEditor, children }: ExpandButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const large = useRef<HTMLElement>(null);
  const takeCaret = () => {
    large.current = box.current?.querySelector<HTMLElement>(".cm-content") ?? null;
    void copyCaretBetween(findEditor(), large.current);
  };
  // Copies the caret before the dialog unmounts its editor.
  const close = () => void copyCaretBetween(large.current, findEditor()).finally(() => setOpen(false));
  return (
    <>
      <IconButton
        label={`Expand ${label}`}
        icon={Maximize2}
        size="sm"
        className="-my-0.5 size-6! pointer-coarse:size-9!"
        onClick={() => setOpen(true)}
      />
      {isOpen && (
        <Dialog title={label} size="xl" initialFocus={large} returnFocus={findEditor} onClose={close}>
          <div ref={box}>{children}</div>
          <RunOnMount run={takeCaret} />
        </Dialog>
      )}
    </>
  );
}

async function copyCaretBetween(from: HTMLElement | null, to: HTMLElement | null): Promise<void> {
  const { copyCaret } = await loadEditor();
  if (from && to) copyCaret(from, to);
}
