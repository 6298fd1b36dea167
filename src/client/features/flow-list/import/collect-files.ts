import type { ImportFile } from "./read-import-files.ts";

/** Maximum number of files to read from a dropped folder: a preview of more files would not be usable. */
const MAX_FILES = 10_000;

export function toImportFiles(files: Iterable<File>): readonly ImportFile[] {
  return Array.from(files, (file) => ({ path: file.webkitRelativePath || file.name, blob: file }));
}

/** Includes files of dropped folders. Call inside the event handler: the browser clears the data afterwards. */
export async function collectDroppedFiles(data: DataTransfer): Promise<readonly ImportFile[]> {
  const entries = Array.from(data.items, (item) => ({
    entry: item.kind === "file" ? item.webkitGetAsEntry() : null,
    file: item.kind === "file" ? item.getAsFile() : null,
  }));
  const found: ImportFile[] = [];
  for (const { entry, file } of entries) {
    if (entry?.isDirectory) await collectFolder(entry as FileSystemDirectoryEntry, found);
    else if (file) found.push({ path: file.name, blob: file });
  }
  return found;
}

async function collectFolder(folder: FileSystemDirectoryEntry, found: ImportFile[]): Promise<void> {
  const reader = folder.createReader();
  for (;;) {
    // `readEntries` returns at most 100 entries per call, and no entries at the end.
    const entries = await new Promise<readonly FileSystemEntry[]>((resolve) =>
      reader.readEntries(resolve, () => resolve([])),
    );
    if (entries.length === 0) return;
    for (const entry of entries) {
      if (found.length >= MAX_FILES) return;
      if (entry.isDirectory) await collectFolder(entry as FileSystemDirectoryEntry, found);
      else if (/\.(json|zip)$/i.test(entry.name))
        found.push(...(await readEntry(entry as FileSystemFileEntry)));
    }
  }
}

function readEntry(entry: FileSystemFileEntry): Promise<readonly ImportFile[]> {
  return new Promise((resolve) => {
    const path = entry.fullPath.replace(/^\//, "");
    entry.file(
      (blob) => resolve([{ path, blob }]),
      // Lists an unreadable file as an empty one, which the preview then refuses.
      () => resolve([{ path, blob: new Blob([]) }]),
    );
  });
}

/** Returns the pasted files or, if the text looks like JSON, the text as a file; undefined for other text. */
export function collectPastedFiles(data: DataTransfer): readonly ImportFile[] | undefined {
  if (data.files.length > 0) return toImportFiles(data.files);
  const text = data.getData("text/plain");
  const fenced = /^[ \t]*(?:```|~~~)[^\n]*\n([\s\S]*?)^[ \t]*(?:```|~~~)/m.exec(text)?.[1];
  const json = (fenced ?? text).trim();
  if (!/^[[{]/.test(json)) return undefined;
  return [{ path: "Pasted text", blob: new Blob([json]) }];
}
