import { FileUp, LoaderCircle } from "lucide-react";
import { type ClipboardEvent, useId, useRef, useState } from "react";
import { Button } from "#client/ui/controls/button.tsx";
import { FileDropArea } from "#client/ui/controls/file-drop-area.tsx";
import { ProgressBar } from "#client/ui/controls/progress-bar.tsx";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { collectDroppedFiles, collectPastedFiles } from "./collect-files.ts";
import { FileInput } from "./file-input.tsx";
import type { ImportFile } from "./read-import-files.ts";
import type { FlowImportState } from "./use-flow-import.ts";

type FileChooserProps = {
  readonly state: FlowImportState & { readonly type: "choosing" | "reading" };
  readonly onPick: (files: readonly ImportFile[]) => void;
};

export function FileChooser({ state, onPick }: FileChooserProps) {
  const input = useRef<HTMLInputElement>(null);
  const [isProse, setProse] = useState(false);
  const errorId = useId();
  const error = isProse
    ? "The clipboard has no JSON. Copy a flow’s JSON, then paste it here."
    : state.type === "choosing"
      ? state.error
      : undefined;
  const paste = (event: ClipboardEvent) => {
    event.preventDefault();
    const files = collectPastedFiles(event.clipboardData);
    setProse(files === undefined);
    if (files) onPick(files);
  };
  return (
    <FileDropArea onDrop={(data) => void collectDroppedFiles(data).then(onPick)} onPaste={paste}>
      {state.type === "choosing" ? (
        <>
          <FileUp aria-hidden="true" className="size-6 text-muted" />
          <p className="text-sm text-muted">Drop files or a folder here, paste JSON, or</p>
          <Button
            variant="primary"
            data-autofocus=""
            aria-describedby={error === undefined ? undefined : errorId}
            onClick={() => input.current?.click()}
          >
            Choose files
          </Button>
        </>
      ) : (
        <div className="flex w-full max-w-xs flex-col gap-3">
          <p role="status" className="flex items-center justify-center gap-2 text-sm text-muted">
            <LoaderCircle aria-hidden="true" className="size-4 shrink-0 animate-spin" />
            {state.done < state.total
              ? `Reading ${formatCount(state.total, "file")}…`
              : "Comparing with existing flows…"}
          </p>
          <ProgressBar
            label="Files read"
            text={`${formatNumber(state.done)} of ${formatNumber(state.total)}`}
            total={state.total}
            done={state.done}
            failed={0}
          />
        </div>
      )}
      <FileInput ref={input} label="Files with flows" onPick={onPick} />
      {error !== undefined && (
        <p id={errorId} role="alert" className="max-w-full text-sm break-words text-danger">
          {error}
        </p>
      )}
    </FileDropArea>
  );
}
