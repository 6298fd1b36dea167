import { closeSync, fdatasyncSync, fsyncSync, openSync } from "node:fs";
import { NodeFS } from "@electric-sql/pglite/nodefs";

interface OpenFile {
  readonly nfd?: number;
  readonly node: unknown;
}

interface NodeFilesystem {
  readonly stream_ops: { fsync?: (file: OpenFile) => number };
  readonly realPath: (node: unknown) => string;
}

/**
 * PGlite's file system of real files, made to sync. The one it comes with has no `fsync`, so that every sync PostgreSQL
 * asks for is quietly skipped and a power cut can lose what was acknowledged.
 */
export class DurableFilesystem extends NodeFS {
  override async init(...[pg, options]: Parameters<NodeFS["init"]>): ReturnType<NodeFS["init"]> {
    const { emscriptenOpts } = await super.init(pg, options);
    const addSync = (module: { readonly NODEFS: NodeFilesystem }) => {
      const nodeFilesystem = module.NODEFS;
      nodeFilesystem.stream_ops.fsync = (file) => sync(file, nodeFilesystem);
    };
    const preRun = [...(emscriptenOpts.preRun ?? []), addSync as never];
    return { emscriptenOpts: { ...emscriptenOpts, preRun } };
  }
}

function sync(file: OpenFile, nodeFilesystem: NodeFilesystem): number {
  if (file.nfd === undefined) syncDirectory(nodeFilesystem.realPath(file.node));
  else fdatasyncSync(file.nfd);
  return 0;
}

/** Makes the names in a directory durable: files created, renamed and removed. */
export function syncDirectory(path: string): void {
  const directory = openSync(path, "r");
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
