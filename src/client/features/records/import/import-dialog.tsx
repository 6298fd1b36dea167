import { useBlocker } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { Button } from "#client/ui/button.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { announce } from "#client/ui/announce.ts";
import { formatCount } from "#client/ui/format-count.ts";
import { FilePick } from "./file-pick.tsx";
import { ImportMappingFields } from "./import-mapping-fields.tsx";
import { ImportOutcome } from "./import-outcome.tsx";
import { ImportPreviewTable } from "./import-preview-table.tsx";
import { ImportProgressBar } from "./import-progress-bar.tsx";
import { ProblemRows } from "./problem-rows.tsx";
import { type ImportState, useImport } from "./use-import.ts";

export type ImportDialogProps = {
  /** What a file without types of its own is taken for. */
  readonly type: string;
  readonly onClose: () => void;
};

/** Creates records from a file: choose it, see what would become of it, send it, see what became of it. */
export function ImportDialog({ type, onClose }: ImportDialogProps) {
  const importing = useImport(type);
  const { state } = importing;
  const isSending = state.type === "sending";
  const end = useRef<HTMLDivElement>(null);
  // Leaving the page would leave half of the rows behind.
  useBlocker({
    shouldBlockFn: () => isSending && !confirm("The import is under way. Leave, and import no more rows?"),
    enableBeforeUnload: () => isSending,
  });
  useEffect(() => {
    if (state.type !== "ended") return;
    end.current?.focus();
    announce(`${formatCount(state.progress.created, "record")} created.`);
  }, [state.type, state]);

  return (
    <Dialog
      title="Import records"
      description={describe(state)}
      size={state.type === "choosing" || state.type === "reading" ? "md" : "lg"}
      // What is under way is stopped first, and then says what it came to.
      onClose={isSending ? importing.cancel : onClose}
      footer={<ImportButtons importing={importing} onClose={onClose} />}
    >
      {(state.type === "choosing" || state.type === "reading") && (
        <FilePick
          error={state.type === "choosing" ? state.error : undefined}
          reading={state.type === "reading" ? state.fileName : undefined}
          onPick={importing.choose}
        />
      )}
      {state.type === "ready" && (
        <div className="flex flex-col gap-4">
          {state.preview.isGuessed && (
            <p className="rounded-md bg-warning-soft px-3 py-2 text-sm text-warning">
              This file is not UTF-8, so it is read as Windows-1252. If letters look wrong below, save it as
              UTF-8 and choose it again.
            </p>
          )}
          <ImportMappingFields
            preview={state.preview}
            mapping={state.mapping}
            onChange={importing.changeMapping}
          />
          <ImportPreviewTable preview={state.preview} mapping={state.mapping} />
          {state.check && state.check.problemCount > 0 && (
            <ProblemRows
              title={`${formatCount(state.check.problemCount, "row")} cannot be imported and ${state.check.problemCount === 1 ? "is" : "are"} left out`}
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
        <div ref={end} tabIndex={-1} className="outline-none">
          <ImportOutcome state={state} onSaveRest={importing.saveRest} />
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
            disabledReason={count === 0 ? "No row can be imported like this." : undefined}
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
            <Button onClick={importing.resume}>Import the rest</Button>
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
      return "A CSV file whose first row names the columns, or a JSON file with a list of objects.";
    case "ready":
      return `${state.fileName}: ${formatCount(state.preview.rowCount, "row")}. Nothing is sent yet.`;
    case "sending":
    case "ended":
      return state.fileName;
  }
}
