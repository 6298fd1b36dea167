import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { serverReachabilityTracker } from "#client/data/api/server-reachability.ts";
import { createSortableId } from "#client/data/api/create-sortable-id.ts";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { formatCount } from "#client/ui/format/format-count.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { addBrowserData } from "./browser-data.ts";
import { type ServerValidations, checkFlowsOnServer } from "./check-flows.ts";
import { findExistingFlows } from "./find-existing-flows.ts";
import type { ImportFile, ReadImportFile } from "./read-import-files.ts";
import { readImportFilesInWorker } from "./read-in-worker.ts";
import { renameToUniquePaths } from "./rename-to-unique-paths.ts";
import {
  type FlowImportItem,
  type FlowImportOutcome,
  type ImportChoice,
  sendFlowImport,
} from "./send-flows.ts";

type BrowserDataFile = ReadImportFile & { readonly type: "browserData" };
type RefusedFile = ReadImportFile & { readonly type: "refused" };

export interface PlannedFlowImport {
  readonly items: readonly FlowImportItem[];
  readonly refused: readonly RefusedFile[];
  readonly browserData: readonly BrowserDataFile[];
  /** False if the server has so many flows that not all names were compared. */
  readonly isCompared: boolean;
  /** Grows while the server checks the flows. */
  readonly validations: ServerValidations;
}

type ReadyFlowImport = PlannedFlowImport & {
  readonly type: "ready";
  /** Progress of the server's validation, or the error that stopped it. */
  readonly check: "running" | "ended" | Error;
};

export type FlowImportState =
  | { readonly type: "choosing"; readonly error?: string }
  | {
      readonly type: "reading";
      readonly files: readonly ImportFile[];
      readonly done: number;
      readonly total: number;
      /** The plan that the flows of the files are added to. */
      readonly earlier: ReadyFlowImport | undefined;
    }
  | ReadyFlowImport
  | ({ readonly type: "sending" | "ended" } & PlannedFlowImport & {
        readonly outcomes: ReadonlyMap<string, FlowImportOutcome>;
        /** The error that stopped the import before its end. */
        readonly stoppedBy?: Error | undefined;
        /** Whether the browser refused to store saved views and favorites. */
        readonly isDataRefused?: boolean;
      });

/** Reads files, plans their import and sends it. */
export function useFlowImport() {
  const client = useQueryClient();
  const [state, setState] = useState<FlowImportState>({ type: "choosing" });
  const activeController = useRef<AbortController>(undefined);
  const begin = () => {
    activeController.current?.abort();
    activeController.current = new AbortController();
    return activeController.current.signal;
  };

  const read = async (files: readonly ImportFile[], earlier?: ReadyFlowImport) => {
    if (files.length === 0) return;
    const signal = begin();
    const reading = { type: "reading", files, total: files.length, earlier } as const;
    setState({ ...reading, done: 0 });
    try {
      const found = await readImportFilesInWorker(files, signal, (done) => setState({ ...reading, done }));
      const flows = found.flatMap((file) => (file.type === "flows" ? file.flows : []));
      const existing = await findExistingFlows(new Set(flows.map(({ name }) => name)), signal);
      const added = found.flatMap((file) => {
        if (file.type !== "flows") return [];
        return file.flows.map((preview): FlowImportItem => {
          const sameNameFlows = existing.byName.get(preview.name) ?? [];
          const choice: ImportChoice = { type: sameNameFlows.length > 0 ? "copy" : "create" };
          return {
            id: createSortableId("import"),
            path: file.path,
            preview,
            existing: sameNameFlows,
            choice,
          };
        });
      });
      const refused = found.filter((file) => file.type === "refused");
      const items = [...(earlier?.items ?? []), ...added];
      setState({
        type: "ready",
        items,
        refused: [...(earlier?.refused ?? []), ...refused],
        browserData: [
          ...(earlier?.browserData ?? []),
          ...found.filter((file) => file.type === "browserData"),
        ],
        isCompared: existing.isComplete && earlier?.isCompared !== false,
        validations: new Map(),
        check: "running",
      });
      announceToScreenReaders(
        `${formatCount(added.length, "flow")} found, ${formatCount(refused.length, "file")} can’t be imported.`,
      );
      void check(items, signal);
    } catch (error) {
      if (signal.aborted) return;
      serverReachabilityTracker.report(error);
      const isUnreadable = error instanceof Error && /worker/.test(error.message);
      const text = isUnreadable
        ? "Couldn’t read the files. Choose fewer or smaller files."
        : `Couldn’t compare with existing flows. ${describeRequestErrorForUser(error)}`;
      if (earlier) toasts.show({ text, tone: "danger" });
      setState(earlier ? { ...earlier, check: "ended" } : { type: "choosing", error: text });
    }
  };

  const check = async (items: readonly FlowImportItem[], signal: AbortSignal) => {
    const change = (part: Partial<FlowImportState & { readonly type: "ready" }>) =>
      setState((now) => (now.type === "ready" && !signal.aborted ? { ...now, ...part } : now));
    let refusedCount = 0;
    const stoppedBy = await checkFlowsOnServer({
      client,
      items,
      signal,
      onProgress: (validations) => {
        refusedCount = [...validations.values()].filter(({ type }) => type === "refused").length;
        change({ validations });
      },
    });
    change({ check: stoppedBy ?? "ended" });
    if (signal.aborted) return;
    serverReachabilityTracker.report(stoppedBy);
    if (refusedCount > 0) announceToScreenReaders(describeServerRefusals(refusedCount));
  };

  const send = async (plan: PlannedFlowImport, earlier: ReadonlyMap<string, FlowImportOutcome>) => {
    const signal = begin();
    let outcomes = earlier;
    setState({ ...plan, type: "sending", outcomes });
    const stoppedBy = await sendFlowImport({
      client,
      items: plan.items.filter(({ id }) => !earlier.has(id)),
      validations: plan.validations,
      signal,
      onOutcome: ({ id }, outcome) => {
        outcomes = new Map(outcomes).set(id, outcome);
        setState({ ...plan, type: "sending", outcomes });
      },
    });
    void client.invalidateQueries({ queryKey: flowQueries.all() });
    serverReachabilityTracker.report(stoppedBy);
    const isDataStored = plan.browserData.map((file) => addBrowserDataOfPlan(file, plan, outcomes));
    setState({ ...plan, type: "ended", outcomes, stoppedBy, isDataRefused: isDataStored.includes(false) });
    announceToScreenReaders(describeFlowImportOutcomes(outcomes));
  };

  const changeItems = (change: (item: FlowImportItem) => FlowImportItem) =>
    setState((now) => (now.type === "ready" ? { ...now, items: now.items.map(change) } : now));

  return {
    state,
    read: (files: readonly ImportFile[]) => void read(files),
    /** Reads more files, whose flows are added to those of a plan that was not sent yet. */
    add: (files: readonly ImportFile[]) => {
      const isReading = state.type === "reading";
      const earlier = state.type === "ready" ? state : isReading ? state.earlier : undefined;
      const paths = new Set(earlier?.items.map(({ path }) => path));
      const unread = isReading ? state.files : [];
      for (const { path } of unread) paths.add(path);
      void read([...unread, ...renameToUniquePaths(files, paths)], earlier);
    },
    /** Stops reading more files for a plan, or else leaves the plan. */
    startOver: () => {
      begin();
      const earlier = state.type === "reading" ? state.earlier : undefined;
      setState(earlier ? { ...earlier, check: "ended" } : { type: "choosing" });
    },
    choose: (id: string, choice: ImportChoice) =>
      changeItems((item) => (item.id === id ? { ...item, choice } : item)),
    leaveOutBrowserData: () => setState((now) => (now.type === "ready" ? { ...now, browserData: [] } : now)),
    skip: (ids: ReadonlySet<string>) =>
      changeItems((item) => (ids.has(item.id) ? { ...item, choice: { type: "skip" } } : item)),
    chooseForExisting: (type: "copy" | "skip" | "update") =>
      changeItems((item) => {
        const [target] = item.existing;
        if (!target) return item;
        return { ...item, choice: type === "update" ? { type, target } : { type } };
      }),
    start: () => {
      if (state.type === "ready") void send(state, new Map());
    },
    /** Sends the flows that failed or were not sent yet. Validates again: the server may have been changed. */
    resume: () => {
      if (state.type !== "ended") return;
      const done = [...state.outcomes].filter(([, { type }]) => type !== "failed");
      void send({ ...state, validations: new Map() }, new Map(done));
    },
    stop: () => activeController.current?.abort(),
    /** Ref of an element of the dialog: stops the import when the dialog is unmounted. */
    stopOnUnmount: useCallback(() => () => activeController.current?.abort(), []),
  };
}

/** Adds saved views, and the favorites among the flows that were imported, updated or skipped. */
function addBrowserDataOfPlan(
  { path, data }: BrowserDataFile,
  { items }: PlannedFlowImport,
  outcomes: ReadonlyMap<string, FlowImportOutcome>,
): boolean {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  return addBrowserData(data, ({ id, file }) => {
    const item = items.find((other) => file !== undefined && other.path === `${folder}${file}`);
    const outcome = item && outcomes.get(item.id);
    if (outcome && outcome.type !== "failed") return outcome.flowId;
    return items.some(({ existing }) => existing.some((flow) => flow.id === id)) ? id : undefined;
  });
}

export function describeServerRefusals(count: number): string {
  return `${formatCount(count, "flow")} can’t be stored on this server`;
}

export function describeFlowImportOutcomes(outcomes: ReadonlyMap<string, FlowImportOutcome>): string {
  const counts = { created: 0, updated: 0, unchanged: 0, failed: 0 };
  for (const { type } of outcomes.values()) counts[type] += 1;
  const parts = Object.entries(counts).flatMap(([type, count]) =>
    count === 0 ? [] : [`${formatCount(count, "flow")} ${type}`],
  );
  return parts.length === 0 ? "No flows imported." : `${parts.join(", ")}.`;
}
