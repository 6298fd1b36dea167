import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { serverReachabilityTracker } from "#client/data/api/server-reachability.ts";
import { createSortableId } from "#client/data/api/create-sortable-id.ts";
import { recordQueries } from "#client/data/queries/record-queries.ts";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { formatCount } from "#client/ui/format/format-count.ts";
import { downloadTextFile } from "#client/flow/download-flow.ts";
import {
  type ImportValidationSummary,
  type ImportFilePreview,
  type ImportWorkerClient,
  startImportWorker,
} from "./import-worker-client.ts";
import { ImportFileError, type ImportColumnMapping, guessImportColumnMapping } from "./read-import-file.ts";
import { type ImportProgress, sendImportRecords } from "./send-records.ts";

interface ReadFile {
  readonly fileName: string;
  readonly preview: ImportFilePreview;
  readonly mapping: ImportColumnMapping;
}

export type ImportState =
  | { readonly type: "choosing"; readonly error?: string }
  | { readonly type: "reading"; readonly fileName: string }
  /** `check` is undefined while the rows are validated. */
  | ({ readonly type: "ready"; readonly check: ImportValidationSummary | undefined } & ReadFile)
  | ({
      readonly type: "sending";
      readonly check: ImportValidationSummary;
      readonly progress: ImportProgress;
    } & ReadFile)
  | ({
      readonly type: "ended";
      readonly check: ImportValidationSummary;
      readonly progress: ImportProgress;
      readonly stoppedBy: Error | undefined;
    } & ReadFile);

const NOTHING_YET: ImportProgress = { done: 0, created: 0, failed: 0, failures: [] };

export function useImport(type: string) {
  const client = useQueryClient();
  const [state, setState] = useState<ImportState>({ type: "choosing" });
  const reader = useRef<ImportWorkerClient>(undefined);
  const sending = useRef<AbortController>(undefined);
  const key = useRef("");
  useEffect(
    () => () => {
      sending.current?.abort();
      reader.current?.stop();
    },
    [],
  );

  const check = async (file: ReadFile) => {
    setState({ ...file, type: "ready", check: undefined });
    const found = await reader.current?.call("check", { mapping: file.mapping });
    setState((now) =>
      now.type === "ready" && now.mapping === file.mapping ? { ...now, check: found } : now,
    );
  };
  /** Ignores the failure of a file that the user has replaced meanwhile. */
  const showErrorOnFailure = async (fileName: string, work: Promise<unknown>) => {
    const worker = reader.current;
    try {
      await work;
    } catch (error) {
      if (reader.current !== worker) return;
      const message = error instanceof ImportFileError ? error.message : "Couldn’t read the file.";
      setState({ type: "choosing", error: `${fileName}: ${message}` });
    }
  };
  const read = async (file: File, worker: ImportWorkerClient) => {
    const preview = await worker.call("read", { file });
    if (reader.current === worker)
      await check({
        fileName: file.name,
        preview,
        mapping: guessImportColumnMapping(preview, type, file.name),
      });
  };
  const choose = (file: File) => {
    reader.current?.stop();
    const worker = startImportWorker();
    reader.current = worker;
    setState({ type: "reading", fileName: file.name });
    void showErrorOnFailure(file.name, read(file, worker));
  };
  const send = async (
    file: ReadFile & { readonly check: ImportValidationSummary },
    start: ImportProgress,
  ) => {
    if (!reader.current) return;
    const stop = new AbortController();
    sending.current = stop;
    if (start.done === 0) key.current = createSortableId("import");
    setState({ ...file, type: "sending", progress: start });
    let progress = start;
    const error = await sendImportRecords({
      reader: reader.current,
      mapping: file.mapping,
      total: file.check.goodCount,
      start,
      importKey: key.current,
      signal: stop.signal,
      onProgress: (next) => {
        progress = next;
        setState({ ...file, type: "sending", progress });
      },
    });
    void client.invalidateQueries({ queryKey: recordQueries.lists() });
    serverReachabilityTracker.report(error);
    setState({ ...file, type: "ended", progress, stoppedBy: error });
    announceToScreenReaders(`${formatCount(progress.created, "record")} created.`);
  };
  const saveRest = async (
    file: ReadFile & { readonly check: ImportValidationSummary },
    progress: ImportProgress,
  ) => {
    const rows = [...file.check.problems, ...progress.failures].flatMap(({ row }) => row ?? []);
    const from = progress.done < file.check.goodCount ? progress.done : undefined;
    const text = await reader.current?.call("keep", { rows, from });
    const stem = file.fileName.replace(/\.\w+$/, "");
    const { kind } = file.preview;
    if (text !== undefined)
      downloadTextFile(
        `${stem}, not imported.${kind}`,
        text,
        kind === "csv" ? "text/csv" : "application/json",
      );
  };

  return {
    state,
    choose,
    changeMapping: (mapping: ImportColumnMapping) => {
      if (state.type === "ready") void showErrorOnFailure(state.fileName, check({ ...state, mapping }));
    },
    start: () => {
      if (state.type === "ready" && state.check) void send({ ...state, check: state.check }, NOTHING_YET);
    },
    resume: () => {
      if (state.type === "ended") void send(state, state.progress);
    },
    cancel: () => sending.current?.abort(),
    saveRest: () => {
      if (state.type === "ended") void saveRest(state, state.progress);
    },
    startOver: () => setState({ type: "choosing" }),
  };
}
