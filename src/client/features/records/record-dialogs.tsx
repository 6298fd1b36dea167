import type { FlowRecord } from "#contract/record.ts";
import { preloadWhenIdle } from "#client/data/api/preload.ts";
import { createLazyDialog } from "#client/ui/hooks/create-lazy-component.tsx";

const RecordPanel = createLazyDialog(async () => (await import("./panel/record-panel.tsx")).RecordPanel);
preloadWhenIdle(RecordPanel.preload);

const ImportDialog = createLazyDialog(async () => (await import("./import/import-dialog.tsx")).ImportDialog);

type RecordDialogsProps = {
  readonly type: string;
  readonly openId: string | undefined;
  readonly isImporting: boolean;
  readonly onClose: () => void;
  readonly onSaved: (record: FlowRecord) => void;
  readonly onImportClosed: () => void;
  readonly returnFocus: () => HTMLElement | null;
};

export function RecordDialogs(props: RecordDialogsProps) {
  const { type, openId, isImporting, onClose, onSaved, onImportClosed, returnFocus } = props;
  return (
    <>
      {openId !== undefined && (
        <RecordPanel
          key={openId}
          id={openId}
          type={type}
          onClose={onClose}
          onSaved={onSaved}
          returnFocus={returnFocus}
        />
      )}
      {isImporting && <ImportDialog type={type} onClose={onImportClosed} />}
    </>
  );
}
