import type { ImportFile } from "./read-import-files.ts";

/** Numbers paths that are taken: the flows of one file are imported together. */
export function renameToUniquePaths(
  files: readonly ImportFile[],
  taken: ReadonlySet<string>,
): readonly ImportFile[] {
  return files.map((file) => {
    let { path } = file;
    for (let copy = 2; taken.has(path); copy += 1) path = `${file.path} ${copy}`;
    return { ...file, path };
  });
}
