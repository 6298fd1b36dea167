import { focusOnMount } from "#client/ui/focus/focus-on-mount.ts";
import { useBlocker } from "@tanstack/react-router";
import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { Dialog } from "#client/ui/overlays/dialog.tsx";
import { formatCount } from "#client/ui/format/format-count.ts";
import {
  ImportFilePicker,
  ImportMappingFields,
  ImportOutcomeSummary,
  ImportPreviewTable,
  ImportProgressBar,
  ImportRowProblemList,
} from "./import-file-picker.tsx";
import { type ImportState, useImport } from "./use-import.ts";

export type RecordImportDialogProps = {
  readonly type: string;
  readonly onClose: () => void;
};

export function ImportDialog({ type, onClose }: RecordImportDialogProps) {
  const importing = useImport(type);
  const { state } = importing;
  const isSending = state.type === "sending";
  const isReady = state.type === "ready";
  // Asks for confirmation before a navigation, which would abort the import.
  useBlocker({
    shouldBlockFn: () => {
      const isStaying =
        (isSending && !confirm("Stop the import? Remaining rows won’t be imported.")) ||
        (isReady && !confirm("Leave without importing?"));
      if (isStaying) pageUserIdentityTracker.setSignOut("none");
      return isStaying;
    },
    enableBeforeUnload: () => isSending || isReady,
  });

  return (
    <Dialog
      title="Import records"
      description={describe(state)}
      size={state.type === "choosing" || state.type === "reading" ? "md" : "lg"}
      // While rows are sent, Close cancels and keeps the dialog open to show how many were imported.
      onClose={isSending ? importing.cancel : onClose}
      footer={<ImportButtons importing={importing} onClose={onClose} />}
    >
      {(state.type === "choosing" || state.type === "reading") && (
        <ImportFilePicker
          error={state.type === "choosing" ? state.error : undefined}
          reading={state.type === "reading" ? state.fileName : undefined}
          onPick={importing.choose}
        />
      )}
      {state.type === "ready" && (
        <div className="flex flex-col gap-4">
          {state.preview.isGuessed && (
            <p className="rounded-md bg-warning-soft px-3 py-2 text-sm text-warning">
              Read as Windows-1252. If letters look wrong, save the file as UTF-8 and choose it again.
            </p>
          )}
          <ImportMappingFields
            preview={state.preview}
            mapping={state.mapping}
            onChange={importing.changeMapping}
          />
          <ImportPreviewTable preview={state.preview} mapping={state.mapping} />
          {state.check && state.check.problemCount > 0 && (
            <ImportRowProblemList
              title={`${formatCount(state.check.problemCount, "row")} will be skipped`}
              problems={state.check.problems}
              count={state.check.problemCount}
            />
          )}
        </div>
      )}
      {state.type === "sending" && (
        <ImportProgressBar progress={state.progress} total={state.check.goodCount} />
      )}
      {state.type === "ended" && (
        <div ref={focusOnMount} tabIndex={-1} className="outline-none">
          <ImportOutcomeSummary state={state} onSaveRest={importing.saveRest} />
        </div>
      )}
    </Dialog>
  );
}

type ImportButtonsProps = {
  readonly importing: ReturnType<typeof useImport>;
  readonly onClose: () => void;
};

function ImportButtons({ importing, onClose }: ImportButtonsProps) {
  const { state } = importing;
  switch (state.type) {
    case "choosing":
    case "reading":
      return <Button onClick={onClose}>Cancel</Button>;
    case "ready": {
      const count = state.check?.goodCount;
      const isBusy = count === undefined;
      return (
        <>
          <Button onClick={importing.startOver}>Choose another file</Button>
          <Button
            variant="primary"
            busy={isBusy}
            disabledReason={count === 0 ? "No rows can be imported." : undefined}
            onClick={importing.start}
          >
            {count === undefined ? "Import" : `Import ${formatCount(count, "record")}`}
          </Button>
        </>
      );
    }
    case "sending":
      return <Button onClick={importing.cancel}>Stop</Button>;
    case "ended":
      return (
        <>
          {state.progress.done < state.check.goodCount && (
            <Button onClick={importing.resume}>Import remaining rows</Button>
          )}
          <Button variant="primary" onClick={onClose}>
            Done
          </Button>
        </>
      );
  }
}

function describe(state: ImportState): string {
  switch (state.type) {
    case "choosing":
    case "reading":
      return "CSV with a header row, or JSON with a list of objects.";
    case "ready":
      return `${state.fileName} · ${formatCount(state.preview.rowCount, "row")}`;
    case "sending":
    case "ended":
      return state.fileName;
  }
}
