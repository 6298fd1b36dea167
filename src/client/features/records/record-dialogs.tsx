import { useRef } from "react";
import type { FlowRecord } from "#contract/record.ts";
import { runWhenBrowserIdle } from "#client/data/api/run-when-browser-idle.ts";
import {
  type BufferedDialogTyping,
  type DialogTypingBuffer,
  startDialogTypingBuffer,
} from "#client/ui/focus/dialog-typing-buffer.ts";
import { createLazyComponent, closeOverlayWithToast } from "#client/ui/hooks/create-lazy-component.tsx";
import {
  type ChangeRecordListSearchParams,
  NEW_RECORD_ID,
  createOpenRecordRemover,
} from "./record-list-search-params.ts";

const RecordPanel = createLazyComponent(async () => (await import("./panel/record-panel.tsx")).RecordPanel, {
  onFail: closeOverlayWithToast,
});
// Preloads at idle time, so that the form opens at once. If the code is not loaded yet, a buffer records the
// keystrokes.
runWhenBrowserIdle(RecordPanel.preload);

const ImportDialog = createLazyComponent(
  async () => (await import("./import/import-dialog.tsx")).ImportDialog,
  {
    onFail: closeOverlayWithToast,
  },
);

type RecordDialogsProps = {
  readonly type: string;
  readonly openId: string | undefined;
  readonly isImporting: boolean;
  readonly takeTyped: () => BufferedDialogTyping | undefined;
  readonly onClose: () => void;
  readonly onSaved: (record: FlowRecord) => void;
  readonly onImportClosed: () => void;
  readonly returnFocus: () => HTMLElement | null;
};

export function RecordDialogs(props: RecordDialogsProps) {
  const { type, openId, isImporting, takeTyped, onClose, onSaved, onImportClosed, returnFocus } = props;
  return (
    <>
      {openId !== undefined && (
        <RecordPanel
          key={openId}
          id={openId}
          type={type}
          takeTyped={takeTyped}
          onClose={onClose}
          onSaved={onSaved}
          returnFocus={returnFocus}
        />
      )}
      {isImporting && <ImportDialog type={type} onClose={onImportClosed} />}
    </>
  );
}

/**
 * Opens the form of a new record. Until the form is rendered, buffers keystrokes, then inserts them into the field
 * labeled `firstField`.
 */
export function useNewRecordForm(firstField: "Type" | "Name", onAddressChange: ChangeRecordListSearchParams) {
  const typeAhead = useRef<DialogTypingBuffer>(undefined);

  const takeTyped = (): BufferedDialogTyping | undefined => {
    const typed = typeAhead.current?.take();
    typeAhead.current = undefined;
    return typed;
  };
  const close = () => onAddressChange(createOpenRecordRemover(NEW_RECORD_ID), { replace: false });

  return {
    create: () => {
      takeTyped();
      typeAhead.current = startDialogTypingBuffer(firstField, "", () => {
        takeTyped();
        close();
      });
      onAddressChange((now) => ({ ...now, record: NEW_RECORD_ID }), { replace: false });
    },
    takeTyped,
    giveUp: () => {
      const opener = typeAhead.current?.opener;
      if (takeTyped() && opener instanceof HTMLElement) opener.focus();
    },
  };
}
