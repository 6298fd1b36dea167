import type { FlowRecord } from "#contract/record.ts";
import { lazyPart, sayItDidNotOpen } from "#client/ui/lazy-part.tsx";

const RecordPanel = lazyPart(async () => (await import("./panel/record-panel.tsx")).RecordPanel, {
  onFail: sayItDidNotOpen,
});
const ImportDialog = lazyPart(async () => (await import("./import/import-dialog.tsx")).ImportDialog, {
  onFail: sayItDidNotOpen,
});

type RecordPartsProps = {
  /** The type that a new record or a file without types is meant for. */
  readonly type: string;
  readonly openId: string | undefined;
  readonly isImporting: boolean;
  readonly onClose: () => void;
  readonly onSaved: (record: FlowRecord) => void;
  readonly onImportClosed: () => void;
  readonly returnFocus: () => HTMLElement | null;
};

/** What opens over a page of records. */
export function RecordParts(props: RecordPartsProps) {
  const { type, openId, isImporting, onClose, onSaved, onImportClosed, returnFocus } = props;
  return (
    <>
      {openId !== undefined && (
        <RecordPanel key={openId} id={openId} {...{ type, onClose, onSaved, returnFocus }} />
      )}
      {isImporting && <ImportDialog type={type} onClose={onImportClosed} />}
    </>
  );
}
