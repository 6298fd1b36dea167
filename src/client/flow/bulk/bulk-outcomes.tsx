import { capitalize } from "#client/ui/format/capitalize.ts";
import type { ReactNode } from "react";
import { CircleCheck, CircleDashed, CircleMinus, CircleX } from "lucide-react";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { UpgradeLink } from "#client/page/upgrade-link.tsx";
import { ProgressBar } from "#client/ui/controls/progress-bar.tsx";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { formatDuration } from "#client/ui/format/format-duration.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { BulkList } from "./bulk-list.tsx";
import type { BulkItem } from "./run-in-bulk.ts";
import type { BulkRunState } from "./use-bulk-run.ts";

/** Words for an action on many flows, such as “Publish”, “Publishing” and “published”. */
export interface BulkActionWords {
  readonly verb: string;
  readonly running: string;
  readonly done: string;
  /** What the action is on; by default, flows. */
  readonly noun?: string;
  /** What a stop means, if it is not that remaining flows stay as they are. */
  readonly stopConsequences?: string;
}

export function getBulkNoun({ noun = "flow" }: BulkActionWords): string {
  return noun;
}

/** A flow that the action leaves out, with the reason. */
export interface SkippedItem {
  readonly item: BulkItem;
  readonly reason: string;
}

/** A run whose result for each item is a note on the outcome, if there is one. */
type Run = BulkRunState<BulkItem, ReactNode>;

type BulkProgressProps = { readonly state: Run; readonly words: BulkActionWords };

export function BulkProgress({ state, words }: BulkProgressProps) {
  const { items, outcomes, pause, status } = state;
  const failed = [...outcomes.values()].filter(({ type }) => type === "failed").length;
  const text = `${formatNumber(outcomes.size)} of ${formatCount(items.length, getBulkNoun(words))}`;
  return (
    <div className="flex flex-col gap-2">
      <ProgressBar
        label={words.running}
        text={text}
        failed={failed}
        total={items.length}
        done={outcomes.size}
      />
      <p className="flex flex-wrap justify-between gap-x-4 text-sm text-muted tabular-nums">
        <span>{text}</span>
        {failed > 0 && <span>{formatNumber(failed)} failed</span>}
      </p>
      <p role="status" className="text-sm text-muted empty:hidden">
        {status === "stopping"
          ? "Stopping after the requests in progress…"
          : pause?.reason === "limited"
            ? `The server limits requests. Continuing in ${formatDuration(pause.length)}.`
            : pause && "Can’t reach the server. Retrying…"}
      </p>
      {failed > 0 && (
        <OutcomeList
          label={`Failed ${getBulkNoun(words)}s`}
          rows={listRows(state, [], ["failed"])}
          words={words}
        />
      )}
    </div>
  );
}

type BulkOutcomesProps = {
  readonly state: Run;
  readonly words: BulkActionWords;
  readonly skipped?: readonly SkippedItem[];
};

/** Shows what became of each flow, failures first. */
export function BulkOutcomes({ state, words, skipped = [] }: BulkOutcomesProps) {
  const { stoppedBy } = state;
  return (
    <div className="flex flex-col gap-3">
      <p className="font-medium">{describeBulkOutcomes(state, words, skipped.length)}</p>
      {stoppedBy && (
        <p role="alert" className="rounded-md bg-warning-soft px-3 py-2 text-sm text-warning">
          {describeRequestErrorForUser(stoppedBy)} <UpgradeLink error={stoppedBy} />
        </p>
      )}
      <OutcomeList
        label="Outcomes"
        rows={listRows(state, skipped, ["failed", "waiting", "done", "skipped"])}
        words={words}
      />
    </div>
  );
}

/** Summarizes a run as “28 flows published, 2 failed.” */
export function describeBulkOutcomes(state: Run, words: BulkActionWords, skipped: number): string {
  const rows = listRows(state, [], ["failed", "waiting", "done"]);
  const count = (wanted: Row["type"]) => rows.filter(({ type }) => type === wanted).length;
  const parts = [
    [count("failed"), "failed"],
    [count("waiting"), "not started"],
    [skipped, "skipped"],
  ] as const;
  const rest = parts.flatMap(([number, what]) => (number > 0 ? [`${formatNumber(number)} ${what}`] : []));
  return `${[`${formatCount(count("done"), getBulkNoun(words))} ${words.done}`, ...rest].join(", ")}.`;
}

interface Row {
  readonly type: "failed" | "waiting" | "done" | "skipped";
  readonly item: BulkItem;
  readonly text: ReactNode;
}

function listRows(
  { items, outcomes }: Run,
  skipped: readonly SkippedItem[],
  order: readonly Row["type"][],
): readonly Row[] {
  const rows = items.map((item): Row => {
    const outcome = outcomes.get(item.id);
    if (!outcome) return { type: "waiting", item, text: undefined };
    if (outcome.type === "failed") return { type: "failed", item, text: outcome.reason };
    return { type: "done", item, text: outcome.result };
  });
  const skippedRows = skipped.map(({ item, reason }): Row => ({ type: "skipped", item, text: reason }));
  return order.flatMap((type) => [...rows, ...skippedRows].filter((row) => row.type === type));
}

const looks = {
  failed: { icon: CircleX, color: "text-danger", label: "Failed" },
  waiting: { icon: CircleDashed, color: "text-muted", label: "Not started" },
  done: { icon: CircleCheck, color: "text-success", label: "" },
  skipped: { icon: CircleMinus, color: "text-muted", label: "Skipped" },
} as const;

type OutcomeListProps = {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly words: BulkActionWords;
};

function OutcomeList({ label, rows, words }: OutcomeListProps) {
  return (
    <BulkList label={label} items={rows} keyOf={({ item }) => item.id} rowHeight={56}>
      {({ type, item, text }) => {
        const { icon: Drawing, color, label: state } = looks[type];
        return (
          <div className="flex items-start gap-2">
            <Drawing aria-hidden="true" className={joinClasses("mt-0.5 size-4 shrink-0", color)} />
            <span className="min-w-0 flex-1 break-words">
              <span dir="auto">{item.name}</span>
              {text !== undefined && <span className="block text-muted">{text}</span>}
            </span>
            <span className="shrink-0 text-muted">{state || capitalize(words.done)}</span>
          </div>
        );
      }}
    </BulkList>
  );
}
