import type { StepKey } from "#core/flow-document.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { useEditor } from "#client/features/flow-editor/editor-context.tsx";
import { StatusIcon } from "#client/features/flow-editor/runs/run-status.tsx";
import { joinClasses } from "#client/ui/join-classes.ts";
import { tooltip } from "#client/ui/tooltip.ts";
import { describeOutcome, describeTrial, trialDuration } from "./describe-trial.ts";
import { useTrial } from "./trial-store.ts";

type TrialMarkProps = { readonly step: StepKey; readonly name: string; readonly tabIndex: number };

/** How the step of a row stands in the last trial, and for how long it ran. Leads to all that is known of it. */
export function TrialMark({ step, name, tabIndex }: TrialMarkProps) {
  const { trial } = useEditor();
  const outcome = useTrial(({ run }) => run?.steps.get(step));
  const isRunning = useTrial(({ run }) => run?.status === "running");
  const isOld = useIsOldTrial();
  // Where nothing more happens, that a step was not reached is said by what comes before it.
  if (!outcome || (outcome.status === "waiting" && !isRunning)) return null;
  const words = `${describeTrial(outcome)}${isOld ? ", in an older draft" : ""}`;
  return (
    <button
      type="button"
      data-no-drag=""
      tabIndex={tabIndex}
      aria-label={`What ${name} did: ${words}`}
      onClick={() => trial.setState({ isOpen: true, viewed: step })}
      {...tooltip(words)}
      className={joinClasses(
        "ml-2 inline-flex h-6 shrink-0 items-center gap-1 rounded-md px-1 text-xs text-muted tabular-nums hover:bg-hover hover:text-ink pointer-coarse:h-9",
        isOld && "opacity-60",
      )}
    >
      <StatusIcon status={outcome.status} />
      <span className="max-sm:hidden">{trialDuration(outcome)}</span>
    </button>
  );
}

/** What came of the step in a line, in the place of its hint. */
export function TrialLine({ step, hint }: { readonly step: StepKey; readonly hint: string }) {
  const outcome = useTrial(({ run }) => run?.steps.get(step));
  const isOld = useIsOldTrial();
  const text = outcome && describeOutcome(outcome);
  if (!outcome || text === undefined) return hint;
  return (
    <span
      className={joinClasses(
        outcome.status === "failed" ? "text-danger" : "text-muted",
        outcome.output !== undefined && outcome.status === "completed" && "font-mono text-xs",
        isOld && "opacity-60",
      )}
    >
      {text}
    </span>
  );
}

/** The flow was edited since it was run. */
export function useIsOldTrial(): boolean {
  const ran = useTrial(({ run }) => run?.document);
  return useOpenFlowState(({ history }) => ran !== undefined && ran.steps !== history.document.steps);
}
