import type { FlowRecord } from "#contract/record.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { Dialog } from "#client/ui/overlays/dialog.tsx";
import { TextComparison } from "#client/flow/comparison/text-comparison.tsx";
import { type RecordFormState, parseRecordMetadataText } from "./record-form-state.ts";

export type RecordChangedDialogProps = {
  readonly current: FlowRecord;
  readonly formState: RecordFormState;
  readonly onOverwrite: () => void;
  readonly onTakeTheirs: () => void;
  readonly onClose: () => void;
};

/** Import lazily: the comparison bundles the code editor. */
export function RecordChangedDialog({
  current,
  formState,
  onOverwrite,
  onTakeTheirs,
  onClose,
}: RecordChangedDialogProps) {
  const metadata = parseRecordMetadataText(formState.text);
  const mine = {
    type: formState.type,
    name: formState.name,
    metadata: metadata.type === "value" ? metadata.value : {},
  };
  const theirs = { type: current.type, name: current.name, metadata: current.metadata };
  return (
    <Dialog
      role="alertdialog"
      size="xl"
      title="Changed elsewhere"
      description="The same fields were changed elsewhere while you were editing."
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Keep editing</Button>
          <Button onClick={onTakeTheirs}>Use theirs, discard mine</Button>
          <Button variant="danger" onClick={onOverwrite}>
            Overwrite with mine
          </Button>
        </>
      }
    >
      <div className="-mx-5 flex h-[60dvh] flex-col border-t border-line">
        <TextComparison
          before={JSON.stringify(theirs, null, 2)}
          after={JSON.stringify(mine, null, 2)}
          beforeLabel="Theirs"
          afterLabel="Mine"
          language="json"
        />
      </div>
    </Dialog>
  );
}
