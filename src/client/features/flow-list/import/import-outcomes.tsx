import { CircleCheck, CircleMinus, CircleX } from "lucide-react";
import { useState } from "react";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { UpgradeLink } from "#client/flow/upgrade-link.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { ProgressBar } from "#client/ui/controls/progress-bar.tsx";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { MAX_ROWS_SHOWN_AT_ONCE, RefusedFiles } from "./import-plan.tsx";
import type { FlowImportOutcome } from "./send-flows.ts";
import { type FlowImportState, describeFlowImportOutcomes } from "./use-flow-import.ts";

type RunningOrEnded = FlowImportState & { readonly type: "sending" | "ended" };

const listWanted = ({ items }: RunningOrEnded) => items.filter(({ choice }) => choice.type !== "skip");

export function FlowImportProgress({ state }: { readonly state: RunningOrEnded }) {
  const total = listWanted(state).length;
  const outcomes = [...state.outcomes.values()];
  const failed = outcomes.filter(({ type }) => type === "failed").length;
  const text = `${formatNumber(outcomes.length)} of ${formatCount(total, "flow")}`;
  return (
    <div className="flex flex-col gap-2 py-4">
      <ProgressBar label="Import" {...{ text, total, failed }} done={outcomes.length} />
      <p className="flex flex-wrap justify-between gap-x-4 text-sm text-muted tabular-nums">
        <span>{text}</span>
        {failed > 0 && <span>{formatNumber(failed)} failed</span>}
      </p>
    </div>
  );
}

const outcomeLooks = {
  created: { icon: CircleCheck, colour: "text-success", label: "Created" },
  updated: { icon: CircleCheck, colour: "text-success", label: "Updated" },
  unchanged: { icon: CircleMinus, colour: "text-muted", label: "No changes" },
  failed: { icon: CircleX, colour: "text-danger", label: "Failed" },
} as const;

const order: Readonly<Record<FlowImportOutcome["type"], number>> = {
  failed: 0,
  created: 1,
  updated: 1,
  unchanged: 2,
};

type FlowImportOutcomesProps = { readonly state: RunningOrEnded; readonly onOpen: (flowId: string) => void };

/** Lists what became of each flow, failures first. */
export function FlowImportOutcomes({ state, onOpen }: FlowImportOutcomesProps) {
  const { outcomes, stoppedBy, refused } = state;
  const wanted = listWanted(state);
  const done = wanted
    .flatMap((item) => {
      const outcome = outcomes.get(item.id);
      return outcome ? [{ item, outcome }] : [];
    })
    .toSorted((a, b) => order[a.outcome.type] - order[b.outcome.type]);
  const unsent = wanted.length - done.length;
  const [shown, setShown] = useState(MAX_ROWS_SHOWN_AT_ONCE);
  return (
    <div className="flex flex-col gap-4">
      <p className="font-medium">{describeFlowImportOutcomes(outcomes)}</p>
      {unsent > 0 && (
        <p role="alert" className="rounded-md bg-warning-soft px-3 py-2 text-sm text-warning">
          {formatCount(unsent, "flow was", "flows were")} not sent:{" "}
          {stoppedBy ? describeRequestErrorForUser(stoppedBy) : "the import was stopped."}
          <UpgradeLink error={stoppedBy} /> Imported flows are kept.
        </p>
      )}
      {state.isDataRefused && (
        <p role="alert" className="rounded-md bg-warning-soft px-3 py-2 text-sm text-warning">
          Saved views and favorites were not added: the browser’s storage is full or blocked.
        </p>
      )}
      {refused.length > 0 && <RefusedFiles refused={refused} />}
      {done.length > 0 && (
        <ul aria-label="Imported flows" className="flex flex-col text-sm">
          {done.slice(0, shown).map(({ item, outcome }) => {
            const { icon: Drawing, colour, label } = outcomeLooks[outcome.type];
            return (
              <li
                key={item.id}
                className="flex items-start gap-2 border-b border-line py-1.5 last:border-b-0"
              >
                <Drawing aria-hidden="true" className={joinClasses("mt-0.5 size-4 shrink-0", colour)} />
                <span className="min-w-0 flex-1 break-words">
                  <span dir="auto">{item.preview.flow.name}</span>
                  <span className="block text-muted">
                    {outcome.type === "failed" ? outcome.reason : label}
                  </span>
                </span>
                {outcome.type !== "failed" && (
                  <Button size="sm" variant="ghost" onClick={() => onOpen(outcome.flowId)}>
                    Open
                  </Button>
                )}
              </li>
            );
          })}
        </ul>
      )}
      {done.length > shown && (
        <Button size="sm" className="self-start" onClick={() => setShown(shown + MAX_ROWS_SHOWN_AT_ONCE)}>
          Show {formatNumber(Math.min(MAX_ROWS_SHOWN_AT_ONCE, done.length - shown))} of{" "}
          {formatNumber(done.length - shown)} more
        </Button>
      )}
    </div>
  );
}
