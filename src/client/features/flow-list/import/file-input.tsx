import type { RefObject } from "react";
import { toImportFiles } from "./collect-files.ts";
import type { ImportFile } from "./read-import-files.ts";

type FileInputProps = {
  /** For the button that opens the browser's file picker. */
  readonly ref: RefObject<HTMLInputElement | null>;
  readonly label: string;
  readonly onPick: (files: readonly ImportFile[]) => void;
};

/** Picks JSON files and ZIP archives. Hidden, because a button opens the picker. */
export function FileInput({ ref, label, onPick }: FileInputProps) {
  return (
    <input
      ref={ref}
      type="file"
      multiple
      accept=".json,.zip,application/json,application/zip"
      aria-label={label}
      className="sr-only"
      tabIndex={-1}
      onChange={({ target }) => {
        const files = toImportFiles(target.files ?? []);
        // Clears the input, because choosing the same file again, for example after a correction, would fire no event.
        target.value = "";
        onPick(files);
      }}
    />
  );
}
