import { FileUp } from "lucide-react";
import { useCallback, useState } from "react";
import { isEventTargetInTextField } from "#client/ui/focus/key-event-in-text-field.ts";
import { collectDroppedFiles } from "./collect-files.ts";
import type { ImportFile } from "./read-import-files.ts";
import { readPastedFiles } from "./read-pasted-files.ts";

type ImportDropTargetProps = { readonly onFiles: (files: readonly ImportFile[]) => void };

/** Accepts files that are dropped or pasted anywhere on the page, except while a dialog is open. */
export function ImportDropTarget({ onFiles }: ImportDropTargetProps) {
  const [isOver, setOver] = useState(false);
  const listen = useCallback(
    (element: HTMLElement | null) => {
      if (!element) return undefined;
      const stop = new AbortController();
      const { signal } = stop;
      addEventListener(
        "dragover",
        (event) => {
          if (!hasFiles(event) || isBlocked()) return;
          event.preventDefault();
          setOver(true);
        },
        { signal },
      );
      // `dragleave` fires for every element; `relatedTarget` is null only if the pointer leaves the page.
      addEventListener("dragleave", (event) => event.relatedTarget === null && setOver(false), { signal });
      addEventListener(
        "drop",
        (event) => {
          setOver(false);
          if (!event.dataTransfer || !hasFiles(event) || isBlocked()) return;
          event.preventDefault();
          void collectDroppedFiles(event.dataTransfer).then((files) => files.length > 0 && onFiles(files));
        },
        { signal },
      );
      document.addEventListener(
        "paste",
        (event) => {
          if (!event.clipboardData || isBlocked() || isEventTargetInTextField(event.target)) return;
          const files = readPastedFiles(event.clipboardData);
          if (files) onFiles(files);
        },
        { signal },
      );
      return () => stop.abort();
    },
    [onFiles],
  );
  return (
    <div ref={listen} aria-hidden="true">
      {isOver && (
        <div className="pointer-events-none fixed inset-2 z-40 flex items-center justify-center rounded-lg border-2 border-dashed border-accent bg-veil">
          <p className="flex items-center gap-2 rounded-md bg-surface px-4 py-3 text-sm font-medium shadow-lg">
            <FileUp className="size-5 text-accent" />
            Drop files to import flows
          </p>
        </div>
      )}
    </div>
  );
}

const hasFiles = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes("Files") ?? false;

const isBlocked = () => document.querySelector("[role=dialog], [role=alertdialog]") !== null;
