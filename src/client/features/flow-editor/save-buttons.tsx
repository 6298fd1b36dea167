import { useQuery } from "@tanstack/react-query";
import { capabilityQueries } from "#client/data/capability-queries.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { isBehind } from "#client/document/flow-version.ts";
import { countUnsavedEdits } from "#client/document/unsaved-edits.ts";
import { Button } from "#client/ui/button.tsx";

type SaveButtonsProps = {
  readonly onSave: () => void;
  readonly onPublish: () => void;
  readonly onRun: () => void;
};

/** Save, Publish and, where the server runs flows, Run. */
export function SaveButtons({ onSave, onPublish, onRun }: SaveButtonsProps) {
  const { data: server } = useQuery(capabilityQueries.current());
  const isUnsaved = useOpenFlowState((state) => countUnsavedEdits(state) > 0);
  const isSaving = useOpenFlowState((state) => state.progress.type === "saving");
  const isOutOfDate = useOpenFlowState(isBehind);
  const isPublished = useOpenFlowState(({ flow }) => flow.hasUnpublishedChanges === false);

  const isLive = !isUnsaved && isPublished;
  return (
    <>
      <Button
        variant={isUnsaved ? "primary" : "secondary"}
        busy={isSaving}
        aria-keyshortcuts="Control+S Meta+S"
        disabledReason={isUnsaved || isOutOfDate ? undefined : "Everything is saved."}
        onClick={onSave}
      >
        Save
      </Button>
      <Button disabledReason={isLive ? "What is live is up to date." : undefined} onClick={onPublish}>
        Publish
      </Button>
      {server?.runs && <Button onClick={onRun}>Run</Button>}
    </>
  );
}
