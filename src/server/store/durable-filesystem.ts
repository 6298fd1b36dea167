import { closeSync, fdatasyncSync, fsyncSync, openSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { NodeFS } from "@electric-sql/pglite/nodefs";
import { StoreFailure } from "./store-failure.ts";

interface OpenFile {
  readonly nfd?: number;
  readonly node: unknown;
  readonly shared: { readonly refcount: number };
}

interface Attributes {
  readonly mode?: number;
}

type Operation = (...given: never[]) => unknown;

interface NodeFilesystem {
  readonly stream_ops: Record<"open" | "close" | "write" | "setattr" | "fsync", Operation>;
  readonly node_ops: Record<"mknod" | "rename" | "setattr" | "unlink" | "rmdir", Operation>;
  readonly realPath: (node: unknown) => string;
}

interface Engine {
  readonly NODEFS: NodeFilesystem;
  _PostgresMainLoopOnce: () => void;
  _PostgresMainLongJmp: () => void;
  _PostgresSendReadyForQueryIfNecessary: () => void;
  _pgl_pq_flush: () => void;
}

const EDQUOT = 19;
const ENOSPC = 51;
/** PostgreSQL in PGlite ends a statement so after an ordinary `ERROR`; any other status is a crash. */
const LONG_JUMP = 100;
const ACCESS_BITS_OF_OTHERS = 0o077;

export interface DurableFilesystemHooks {
  readonly verify: () => void;
  readonly release: () => boolean;
  readonly onSegment: () => void;
}

/** Adds `fsync`. The first crash marks the instance as broken; PGlite would retry the statement endlessly. */
export class DurableFilesystem extends NodeFS {
  readonly #guards: DurableFilesystemHooks | undefined;
  readonly #base: string;
  readonly #files = new Set<number>();
  #engine: Engine | undefined;
  #crash: unknown;

  constructor(directory: string, guards?: DurableFilesystemHooks) {
    super(directory);
    this.#guards = guards;
    this.#base = join(directory, "base");
  }

  get crash(): unknown {
    return this.#crash;
  }

  override async init(...[pg, options]: Parameters<NodeFS["init"]>): ReturnType<NodeFS["init"]> {
    const { emscriptenOpts } = await super.init(pg, options);
    const adopt = (engine: Engine) => {
      this.#engine = engine;
      this.#guardFiles(engine.NODEFS);
    };
    const preRun = [...(emscriptenOpts.preRun ?? []), adopt as never];
    return { emscriptenOpts: { ...emscriptenOpts, preRun } };
  }

  /** PGlite calls this after loading the module and before the first statement. */
  override async initialSyncFs(): Promise<void> {
    if (this.#engine) this.#guardStatements(this.#engine);
    await super.initialSyncFs();
  }

  abandon(): void {
    this.#crash ??= new Error("the instance was given up");
    for (const file of this.#files) closeSync(file);
    this.#files.clear();
  }

  #guardFiles({ stream_ops: streams, node_ops: nodes, realPath }: NodeFilesystem): void {
    const { open, close, write, setattr } = streams as Record<string, (...given: unknown[]) => unknown>;
    const {
      mknod,
      rename,
      unlink,
      rmdir,
      setattr: setNode,
    } = nodes as Record<string, (...given: unknown[]) => unknown>;
    if (!open || !close || !write || !setattr || !mknod || !rename || !unlink || !rmdir || !setNode)
      throw new Error("PGlite has another file system than the one that is known here");
    const pathOf = (file: OpenFile) => realPath(file.node);
    streams.open = (file: OpenFile) => {
      open(file);
      if (file.nfd !== undefined) this.#files.add(file.nfd);
    };
    streams.close = (file: OpenFile) => {
      close(file);
      if (file.nfd !== undefined && file.shared.refcount <= 0) this.#files.delete(file.nfd);
    };
    streams.write = (file: OpenFile, ...rest: never[]) =>
      this.#change(
        () => write(file, ...rest),
        () => pathOf(file),
      );
    streams.setattr = (file: OpenFile, attributes: Attributes) =>
      this.#change(
        () => setattr(file, closeToOthers(attributes)),
        () => pathOf(file),
      );
    nodes.setattr = (node: unknown, attributes: Attributes) =>
      this.#change(
        () => setNode(node, closeToOthers(attributes)),
        () => realPath(node),
      );
    streams.fsync = (file: OpenFile) => {
      this.#guards?.verify();
      if (file.nfd === undefined) syncDirectory(pathOf(file));
      else fdatasyncSync(file.nfd);
      return 0;
    };
    nodes.mknod = (parent: unknown, name: string, mode: number, device: unknown) => {
      if (name.startsWith("xlogtemp.")) this.#guards?.onSegment();
      return this.#change(
        () => mknod(parent, name, mode & ~ACCESS_BITS_OF_OTHERS, device),
        () => join(realPath(parent), name),
      );
    };
    nodes.rename = (node: unknown, directory: unknown, name: unknown) =>
      this.#change(
        () => rename(node, directory, name),
        () => realPath(directory),
      );
    nodes.unlink = (parent: unknown, name: string) => {
      this.#guards?.verify();
      unlink(parent, name);
    };
    nodes.rmdir = (parent: unknown, name: string) => {
      this.#guards?.verify();
      rmdir(parent, name);
    };
  }

  /** A table that cannot grow fails the statement; the log would crash PostgreSQL, so this frees ballast. */
  #change(change: () => unknown, pathOf: () => string): unknown {
    this.#guards?.verify();
    try {
      return change();
    } catch (error) {
      if (!isNoSpace(error)) throw error;
      error.errno = ENOSPC;
      if (!this.#guards || pathOf().startsWith(this.#base)) throw error;
      if (!this.#guards.release())
        throw new StoreFailure("full", "The log cannot be written.", { cause: error });
    }
    return this.#change(change, pathOf);
  }

  #guardStatements(engine: Engine): void {
    const { _PostgresMainLoopOnce: runOnce, _PostgresMainLongJmp: jump } = engine;
    Object.assign(engine, {
      _PostgresMainLoopOnce: () => {
        try {
          if (this.#crash === undefined) return runOnce();
        } catch (error) {
          if ((error as { readonly status?: unknown }).status === LONG_JUMP) throw error;
          this.#crash ??= error;
        }
        // PGlite swallows other exceptions than an `ERROR`, and then calls `_PostgresMainLongJmp`, which throws.
        throw Object.assign(new Error("The store has crashed."), { status: LONG_JUMP });
      },
      _PostgresMainLongJmp: () => {
        if (this.#crash === undefined) return jump();
        throw this.#crash instanceof StoreFailure
          ? this.#crash
          : new StoreFailure("away", "The embedded database has crashed.", { cause: this.#crash });
      },
    });
    for (const name of ["_PostgresSendReadyForQueryIfNecessary", "_pgl_pq_flush"] as const) {
      const call = engine[name];
      engine[name] = () => {
        if (this.#crash === undefined) call();
      };
    }
  }
}

function closeToOthers(attributes: Attributes): Attributes {
  return attributes.mode === undefined
    ? attributes
    : { ...attributes, mode: attributes.mode & ~ACCESS_BITS_OF_OTHERS };
}

function isNoSpace(error: unknown): error is { errno: number } {
  const { name, errno } = error as { readonly name?: unknown; readonly errno?: unknown };
  return name === "ErrnoError" && (errno === ENOSPC || errno === EDQUOT);
}

export function syncDirectory(path: string): void {
  const directory = openSync(path, "r");
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

export function syncTree(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) syncTree(path);
    else if (entry.isFile()) syncFile(path);
  }
  syncDirectory(directory);
}

function syncFile(path: string): void {
  const file = openSync(path, "r+");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
