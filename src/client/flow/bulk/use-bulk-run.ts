import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { isSignInRequiredError } from "#client/data/api/api-error.ts";
import { serverReachabilityTracker } from "#client/data/api/server-reachability.ts";
import { serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { type BulkItem, type BulkOutcome, type BulkPause, type BulkRun, runInBulk } from "./run-in-bulk.ts";

export interface BulkRunState<Item extends BulkItem, Result> {
  readonly status: "idle" | "running" | "stopping" | "ended";
  readonly items: readonly Item[];
  /** By item id. An item has no outcome until its request is done. */
  readonly outcomes: ReadonlyMap<string, BulkOutcome<Result>>;
  readonly pause: BulkPause | undefined;
  /** The error that ended the run before all items were done. */
  readonly stoppedBy: Error | undefined;
}

interface BulkRunOptions<Item extends BulkItem, Result> {
  readonly perform: (item: Item) => Promise<Result>;
  readonly atOnce?: number;
  readonly onEnd?: (state: BulkRunState<Item, Result>) => void;
}

/** Time between two renderings of the progress, in milliseconds. */
const REFRESH_MS = 80;

const NONE = new Map<string, never>();

/** Performs an action on many items, and holds its progress and outcomes. */
export function useBulkRun<Item extends BulkItem, Result>() {
  const client = useQueryClient();
  const [state, setState] = useState<BulkRunState<Item, Result>>({
    status: "idle",
    items: [],
    outcomes: NONE,
    pause: undefined,
    stoppedBy: undefined,
  });
  const activeController = useRef<AbortController>(undefined);

  const run = async (
    items: readonly Item[],
    options: BulkRunOptions<Item, Result>,
    earlier: BulkRunState<Item, Result> | undefined,
  ) => {
    activeController.current?.abort();
    const controller = new AbortController();
    activeController.current = controller;
    const { signal } = controller;
    const outcomes = new Map(earlier?.outcomes);
    for (const { id } of items) outcomes.delete(id);
    const all = earlier?.items ?? items;
    const show = (part: Pick<BulkRunState<Item, Result>, "status" | "pause" | "stoppedBy">) => {
      if (activeController.current === controller)
        setState({ ...part, items: all, outcomes: new Map(outcomes) });
    };
    let pause: BulkPause | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = () => {
      timer = undefined;
      show({ status: signal.aborted ? "stopping" : "running", pause, stoppedBy: undefined });
    };
    refresh();
    const { perform, atOnce } = options;
    const request: BulkRun<Item, Result> = {
      items,
      perform,
      signal,
      ...(atOnce !== undefined && { atOnce }),
      onOutcome: ({ id }, outcome) => {
        outcomes.set(id, outcome);
        timer ??= setTimeout(refresh, REFRESH_MS);
      },
      onPause: (next) => {
        pause = next;
        timer ??= setTimeout(refresh, REFRESH_MS);
      },
    };
    const stoppedBy = await runInBulk(request);
    clearTimeout(timer);
    serverReachabilityTracker.report(stoppedBy);
    if (isSignInRequiredError(stoppedBy))
      void client.invalidateQueries({ queryKey: serverCapabilityQueries.current().queryKey });
    if (activeController.current !== controller) return;
    const ended: BulkRunState<Item, Result> = {
      status: "ended",
      items: all,
      outcomes,
      pause: undefined,
      stoppedBy,
    };
    setState(ended);
    options.onEnd?.(ended);
  };

  return {
    state,
    start: (items: readonly Item[], options: BulkRunOptions<Item, Result>) =>
      void run(items, options, undefined),
    retry: (options: BulkRunOptions<Item, Result>) => void run(listUnfinished(state), options, state),
    /** Ends the run after the requests in flight. */
    stop: () => {
      activeController.current?.abort();
      setState((current) => (current.status === "running" ? { ...current, status: "stopping" } : current));
    },
    reset: () => {
      activeController.current?.abort();
      activeController.current = undefined;
      setState((current) => ({
        ...current,
        status: "idle",
        items: [],
        outcomes: NONE,
        stoppedBy: undefined,
      }));
    },
    /** Ref of an element of the dialog: stops the run when the dialog is unmounted. */
    stopOnUnmount: useCallback(() => () => activeController.current?.abort(), []),
  };
}

export function listUnfinished<Item extends BulkItem>({
  items,
  outcomes,
}: Pick<BulkRunState<Item, unknown>, "items" | "outcomes">): readonly Item[] {
  return items.filter(({ id }) => outcomes.get(id)?.type !== "done");
}

export function listFinished<Item extends BulkItem, Result>({
  items,
  outcomes,
}: Pick<BulkRunState<Item, Result>, "items" | "outcomes">): readonly {
  readonly item: Item;
  readonly result: Result;
}[] {
  return items.flatMap((item) => {
    const outcome = outcomes.get(item.id);
    return outcome?.type === "done" ? [{ item, result: outcome.result }] : [];
  });
}
