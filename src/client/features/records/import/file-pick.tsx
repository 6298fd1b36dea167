import { FileUp, LoaderCircle } from "lucide-react";
import { type DragEvent, useId, useRef, useState } from "react";
import { Button } from "#client/ui/button.tsx";
import { joinClasses } from "#client/ui/join-classes.ts";

type FilePickProps = {
  /** Why the last file was not taken. */
  readonly error: string | undefined;
  /** The name of the file that is being read. */
  readonly reading: string | undefined;
  readonly onPick: (file: File) => void;
};

/** A file to be chosen, or dropped here. */
export function FilePick({ error, reading, onPick }: FilePickProps) {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const errorId = useId();
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file) onPick(file);
  };
  return (
    // Dropping is one way; the button is the other, for every other way of pointing.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={joinClasses(
        "flex flex-col items-center gap-3 rounded-lg border border-dashed px-4 py-10 text-center",
        isOver ? "border-accent bg-accent-soft" : "border-line-strong",
      )}
    >
      {reading === undefined ? (
        <>
          <FileUp aria-hidden="true" className="size-6 text-muted" />
          <p className="text-sm text-muted">Drop a file here, or</p>
          <Button
            variant="primary"
            data-autofocus=""
            aria-describedby={error === undefined ? undefined : errorId}
            onClick={() => input.current?.click()}
          >
            Choose a file
          </Button>
        </>
      ) : (
        <p role="status" className="flex min-w-0 items-center gap-2 text-sm text-muted">
          <LoaderCircle aria-hidden="true" className="size-4 shrink-0 animate-spin" />
          <span className="min-w-0 break-words">Reading {reading}…</span>
        </p>
      )}
      <input
        ref={input}
        type="file"
        accept=".csv,.tsv,.txt,.json,text/csv,application/json"
        aria-label="File with records"
        className="sr-only"
        tabIndex={-1}
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          // The same file can be chosen again once it was mended.
          target.value = "";
          if (file) onPick(file);
        }}
      />
      {error !== undefined && (
        <p id={errorId} role="alert" className="max-w-full text-sm break-words text-danger">
          {error}
        </p>
      )}
    </div>
  );
}
