import type { FlowRecord } from "#contract/record.ts";
import { Button } from "#client/ui/button.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { TextComparison } from "#client/ui/text-comparison.tsx";
import { type RecordDraft, readMetadata } from "./record-draft.ts";

export type ChangedDialogProps = {
  readonly current: FlowRecord;
  readonly draft: RecordDraft;
  readonly onOverwrite: () => void;
  readonly onTakeTheirs: () => void;
  readonly onClose: () => void;
};

/** Shows what a save would write over. It carries the code editor: import it only where it is lazy. */
export function ChangedDialog({ current, draft, onOverwrite, onTakeTheirs, onClose }: ChangedDialogProps) {
  const metadata = readMetadata(draft.text);
  const mine = {
    type: draft.type,
    name: draft.name,
    metadata: metadata.type === "value" ? metadata.value : {},
  };
  const theirs = { type: current.type, name: current.name, metadata: current.metadata };
  return (
    <Dialog
      role="alertdialog"
      size="xl"
      title="Changed elsewhere"
      description="Somebody has changed this record since you began, in what you have changed too."
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Keep editing</Button>
          <Button onClick={onTakeTheirs}>Take theirs, discard mine</Button>
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
