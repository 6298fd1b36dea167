import { ChevronDown, ChevronUp, Circle, CircleCheck, X } from "lucide-react";
import { useState } from "react";
import { Button } from "#client/ui/controls/button.tsx";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { KeyboardKey, VisuallyHidden } from "#client/ui/controls/inline-text.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { MIN_WIDTH_SM, useMediaQuery } from "#client/ui/hooks/use-media-query.ts";
import {
  ONBOARDING_TASKS,
  type OnboardingTask,
  dismissOnboarding,
  onboardingTaskTitles,
  useOnboardingState,
} from "./onboarding-state.ts";

const hints: Readonly<Record<OnboardingTask, string>> = {
  reorder: "Drag a step by its handle.",
  impact: "Drag a step above one it reads from.",
  testRun: "Runs the draft once and shows each result.",
  publish: "Makes the draft the live version.",
};

interface TaskShortcut {
  readonly text?: string;
  readonly keys: string;
}

const shortcuts: Partial<Record<OnboardingTask, TaskShortcut>> = {
  reorder: { text: "Or focus it and press", keys: "Alt+ArrowDown" },
  testRun: { keys: "Mod+Enter" },
};

type FirstStepsCardProps = {
  /** Shown above the tasks until all are done, for pages on which the tasks cannot be done. */
  readonly text?: string;
  /** Starts a task. The title of a task without a callback is plain text. */
  readonly onStart?: Partial<Record<OnboardingTask, () => void>>;
  /** Moves the focus, because the pressed button is unmounted. */
  readonly onDismissed: () => void;
  readonly className: string;
};

/** A checklist of tasks for new users. A task is checked automatically when the user has done it. */
export function OnboardingCard({ text, onStart, onDismissed, className }: FirstStepsCardProps) {
  const { done } = useOnboardingState();
  const hasRoom = useMediaQuery(`${MIN_WIDTH_SM} and (min-height: 700px)`);
  const [isUnfolded, setOpen] = useState<boolean>();
  const isOpen = isUnfolded ?? hasRoom;
  const next = ONBOARDING_TASKS.find((step) => !done.includes(step));
  const hint = next === undefined ? "Next: create a flow of your own, or run one on your records." : text;
  const dismiss = () => {
    onDismissed();
    dismissOnboarding();
  };
  return (
    <section
      aria-label="First steps"
      className={joinClasses(
        "@container shrink-0 rounded-lg border border-line bg-surface text-sm",
        className,
      )}
    >
      <div className="flex items-center gap-2 py-1 pr-1 pl-3">
        <h2 className="shrink-0 font-medium">First steps</h2>
        <span className="shrink-0 text-muted tabular-nums">
          {done.length} of {ONBOARDING_TASKS.length}
        </span>
        {!isOpen && next && (
          <span className="min-w-0 truncate text-muted">· {onboardingTaskTitles[next]}</span>
        )}
        <span className="ml-auto flex shrink-0 items-center">
          {next === undefined && (
            <Button size="sm" onClick={dismiss}>
              Done
            </Button>
          )}
          <IconButton
            label={isOpen ? "Collapse the first steps" : "Expand the first steps"}
            icon={isOpen ? ChevronDown : ChevronUp}
            size="sm"
            onClick={() => setOpen(!isOpen)}
          />
          <IconButton label="Dismiss the first steps" icon={X} size="sm" onClick={dismiss} />
        </span>
      </div>
      {isOpen && (
        <>
          {hint !== undefined && <p className="px-3 pb-2 text-muted">{hint}</p>}
          <ol className="grid gap-x-6 gap-y-2 px-3 pt-1 pb-3 @lg:grid-cols-2 @5xl:grid-cols-4">
            {ONBOARDING_TASKS.map((step) => (
              <FirstStepItem key={step} step={step} isDone={done.includes(step)} onStart={onStart?.[step]} />
            ))}
          </ol>
        </>
      )}
    </section>
  );
}

type FirstStepItemProps = {
  readonly step: OnboardingTask;
  readonly isDone: boolean;
  readonly onStart: (() => void) | undefined;
};

function FirstStepItem({ step, isDone, onStart }: FirstStepItemProps) {
  const Mark = isDone ? CircleCheck : Circle;
  const shortcut = shortcuts[step];
  return (
    <li className="flex min-w-0 gap-2">
      <Mark
        aria-hidden="true"
        className={joinClasses("mt-0.5 size-4 shrink-0", isDone ? "text-success" : "text-faint")}
      />
      <span className="min-w-0">
        <span className={joinClasses("block", isDone && "text-muted")}>
          {onStart && !isDone ? (
            <button
              type="button"
              aria-label={`${onboardingTaskTitles[step]}, first step`}
              onClick={onStart}
              className="-my-0.5 min-h-6 rounded-sm font-medium text-accent hover:underline pointer-coarse:-my-2.5 pointer-coarse:min-h-10"
            >
              {onboardingTaskTitles[step]}
            </button>
          ) : (
            onboardingTaskTitles[step]
          )}
          {isDone && <VisuallyHidden> (done)</VisuallyHidden>}
        </span>
        {!isDone && (
          <span className="flex flex-wrap items-center gap-x-1.5 text-xs text-muted">
            {hints[step]}
            {shortcut !== undefined && (
              <span className="flex items-center gap-x-1.5 pointer-coarse:hidden">
                {shortcut.text}
                <KeyboardKey shortcut={shortcut.keys} />
              </span>
            )}
          </span>
        )}
      </span>
    </li>
  );
}
