import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { ProgressBar } from "#client/ui/controls/progress-bar.tsx";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { Dialog, RunOnMount } from "#client/ui/overlays/dialog.tsx";
import { REPEATED_PAGE_NOTE } from "#client/ui/rows/join-row-pages.ts";
import type { BulkFlowDialogProps } from "./bulk/bulk-actions.tsx";
import { type ExportFlowsOptions, exportFlows } from "./export-flows.ts";

type ExportFlowsDialogProps = Pick<ExportFlowsOptions, "source"> & {
  readonly format?: ExportFlowsOptions["format"];
  readonly onClose: () => void;
  readonly returnFocus?: () => HTMLElement | null;
};

/** Starts to export when it opens, and shows the progress. Closing the dialog cancels the export. */
export function ExportFlowsDialog(props: ExportFlowsDialogProps) {
  const { source, format = "zip", onClose, returnFocus } = props;
  const client = useQueryClient();
  const activeController = useRef<AbortController>(undefined);
  const [progress, setProgress] = useState<{ readonly done: number; readonly total: number | undefined }>();
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: () => {
      activeController.current?.abort();
      activeController.current = new AbortController();
      return exportFlows({
        client,
        source,
        format,
        signal: activeController.current.signal,
        onProgress: (done, total) => setProgress({ done, total }),
      });
    },
    retry: false,
  });
  const cancelOnUnmount = useCallback(() => () => activeController.current?.abort(), []);
  const text =
    progress?.total === undefined
      ? "Listing flows…"
      : `${formatNumber(progress.done)} of ${formatCount(progress.total, "flow")}`;
  return (
    <Dialog
      title="Export flows"
      size="sm"
      onClose={onClose}
      {...(returnFocus && { returnFocus })}
      footer={
        <>
          {error && <Button onClick={() => mutate()}>Retry</Button>}
          <Button variant={isPending ? "secondary" : "primary"} onClick={onClose}>
            {isPending ? "Cancel" : "Done"}
          </Button>
        </>
      }
    >
      <RunOnMount run={() => mutate()} />
      <div ref={cancelOnUnmount} className="flex flex-col gap-3 text-sm">
        {isPending && (
          <>
            <p role="status" className="text-muted tabular-nums">
              {text}
            </p>
            <ProgressBar
              label="Export"
              text={text}
              total={progress?.total ?? 0}
              done={progress?.done ?? 0}
              failed={0}
            />
          </>
        )}
        {error && (
          <p role="alert" className="text-danger">
            Couldn’t export the flows. {describeRequestErrorForUser(error)}
          </p>
        )}
        {data && (
          <p role="status">
            {data.exported === 0
              ? "No flows to export."
              : `Exported ${formatCount(data.exported, "flow")} as one ${format === "zip" ? "ZIP" : "JSON"} file.`}
          </p>
        )}
        {data?.isCutShort && <p role="status">{REPEATED_PAGE_NOTE}</p>}
        {data && data.failures.length > 0 && (
          <div role="alert">
            <p className="font-medium text-danger">
              {formatCount(data.failures.length, "flow was", "flows were")} not exported
            </p>
            <ul className="max-h-48 overflow-auto">
              {data.failures.slice(0, 100).map(({ name, reason }, index) => (
                <li key={index} className="py-1 break-words">
                  {name} <span className="text-muted">{reason}</span>
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </Dialog>
  );
}

const formats = {
  zip: "ZIP archive with one file per flow",
  array: "One JSON file with all flows",
} as const;

export function ExportSelectedFlowsDialog({ flows, onClose, returnFocus }: BulkFlowDialogProps) {
  const [format, setFormat] = useState<ExportFlowsOptions["format"]>("zip");
  const [isStarted, setStarted] = useState(false);
  if (isStarted)
    return <ExportFlowsDialog source={flows} format={format} onClose={onClose} returnFocus={returnFocus} />;
  return (
    <Dialog
      title={`Export ${formatCount(flows.length, "flow")}`}
      description="The file can be imported again."
      size="sm"
      onClose={onClose}
      returnFocus={returnFocus}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" onClick={() => setStarted(true)}>
            Export
          </Button>
        </>
      }
    >
      <fieldset className="flex flex-col gap-1 text-sm">
        <legend className="sr-only">File</legend>
        {(["zip", "array"] as const).map((each) => (
          <label key={each} className="flex min-h-9 items-center gap-2 pointer-coarse:min-h-11">
            <input
              type="radio"
              name="format"
              checked={format === each}
              onChange={() => setFormat(each)}
              className="size-4 shrink-0 accent-accent"
            />
            {formats[each]}
          </label>
        ))}
      </fieldset>
    </Dialog>
  );
}
