import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { connection } from "#client/data/connection.ts";
import { describeError } from "#client/data/api-error.ts";
import { mintId } from "#client/data/mint-id.ts";
import { recordQueries } from "#client/data/record-queries.ts";
import { downloadText } from "#client/flow/download-flow.ts";
import type { ImportCheck, ImportPreview } from "./import-messages.ts";
import { type ImportReader, startImportReader } from "./import-reader.ts";
import { ImportFileError, type ImportMapping, guessMapping } from "./import-table.ts";
import { type ImportProgress, sendRecords } from "./send-records.ts";

interface ReadFile {
  readonly fileName: string;
  readonly preview: ImportPreview;
  readonly mapping: ImportMapping;
}

export type ImportState =
  | { readonly type: "choosing"; readonly error?: string }
  | { readonly type: "reading"; readonly fileName: string }
  /** `check` is undefined while the rows are gone through. */
  | ({ readonly type: "ready"; readonly check: ImportCheck | undefined } & ReadFile)
  | ({ readonly type: "sending"; readonly check: ImportCheck; readonly progress: ImportProgress } & ReadFile)
  | ({
      readonly type: "ended";
      readonly check: ImportCheck;
      readonly progress: ImportProgress;
      /** Why it ended before the last row. */
      readonly stoppedBy: string | undefined;
    } & ReadFile);

const NOTHING_YET: ImportProgress = { done: 0, created: 0, failed: 0, failures: [] };

/** One import, from the choice of a file to what became of its rows. */
export function useImport(type: string) {
  const client = useQueryClient();
  const [state, setState] = useState<ImportState>({ type: "choosing" });
  const reader = useRef<ImportReader>(undefined);
  const sending = useRef<AbortController>(undefined);
  const key = useRef("");
  // A worker lives outside of React, and an import ends with its dialog.
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
  /** Back to the choice of a file, unless another one was chosen meanwhile. */
  const orChooseAgain = async (fileName: string, work: Promise<unknown>) => {
    const mine = reader.current;
    try {
      await work;
    } catch (error) {
      if (reader.current !== mine) return;
      const message = error instanceof ImportFileError ? error.message : "The file could not be read.";
      setState({ type: "choosing", error: `${fileName}: ${message}` });
    }
  };
  const read = async (file: File, mine: ImportReader) => {
    const preview = await mine.call("read", { file });
    if (reader.current === mine)
      await check({ fileName: file.name, preview, mapping: guessMapping(preview, type) });
  };
  const choose = (file: File) => {
    reader.current?.stop();
    const mine = startImportReader();
    reader.current = mine;
    setState({ type: "reading", fileName: file.name });
    void orChooseAgain(file.name, read(file, mine));
  };
  const send = async (file: ReadFile & { readonly check: ImportCheck }, start: ImportProgress) => {
    if (!reader.current) return;
    const stop = new AbortController();
    sending.current = stop;
    if (start.done === 0) key.current = mintId("import");
    setState({ ...file, type: "sending", progress: start });
    let progress = start;
    const error = await sendRecords({
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
    connection.report(error);
    setState({ ...file, type: "ended", progress, stoppedBy: error && describeError(error) });
  };
  /** What was not imported, as a file that can be mended and imported again. */
  const saveRest = async (file: ReadFile & { readonly check: ImportCheck }, progress: ImportProgress) => {
    const rows = [...file.check.problems, ...progress.failures].map(({ row }) => row);
    const from = progress.done < file.check.goodCount ? progress.done : undefined;
    const text = await reader.current?.call("keep", { rows, from });
    const stem = file.fileName.replace(/\.\w+$/, "");
    const { kind } = file.preview;
    if (text !== undefined)
      downloadText(`${stem}, not imported.${kind}`, text, kind === "csv" ? "text/csv" : "application/json");
  };

  return {
    state,
    choose,
    changeMapping: (mapping: ImportMapping) => {
      if (state.type === "ready") void orChooseAgain(state.fileName, check({ ...state, mapping }));
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
