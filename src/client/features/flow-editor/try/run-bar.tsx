import { useEffect, useRef } from "react";
import { Play, Square, X } from "lucide-react";
import { findStep } from "#core/step-list.ts";
import { stepName } from "#core/step.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { useEditor } from "#client/features/flow-editor/editor-context.tsx";
import { shortcuts } from "#client/features/flow-editor/shortcuts.ts";
import { Button } from "#client/ui/button.tsx";
import { ariaShortcut } from "#client/ui/format-shortcut.ts";
import { IconButton } from "#client/ui/icon-button.tsx";
import { Kbd } from "#client/ui/kbd.tsx";
import { useTrial } from "./trial-store.ts";

type RunBarProps = {
  /** Why nothing can be run. */
  readonly blocked: string | undefined;
  readonly onRun: () => void;
};

/** Run and Stop, in one place: the focus stays on it when one becomes the other. */
export function RunBar({ blocked, onRun }: RunBarProps) {
  const stop = useTrial((state) => state.stop);
  const bar = useRef<HTMLDivElement>(null);
  const isRunning = stop !== undefined;
  // From here on it is looked at what comes of it, and Stop stays in reach above that.
  useEffect(() => {
    if (isRunning) bar.current?.scrollIntoView({ block: "start" });
  }, [isRunning]);
  const [shortcut] = shortcuts.tryIt.keys;
  return (
    <div
      ref={bar}
      // What comes below it and gets the focus is not left behind it.
      className="sticky top-0 z-20 -mx-4 [&~*_*]:scroll-mt-24 -my-2 flex flex-col gap-2 bg-surface px-4 py-2 [[role=dialog]_&]:-top-2 [[role=dialog]_&]:bg-raised [[role=dialog]_&]:pt-4"
    >
      <UpTo />
      <div className="flex flex-wrap items-center gap-2">
        <Button
          variant={stop ? "secondary" : "primary"}
          icon={stop ? Square : Play}
          disabledReason={stop ? undefined : blocked}
          aria-keyshortcuts={stop ? undefined : ariaShortcut(shortcut)}
          onClick={stop ?? onRun}
        >
          {stop ? "Stop" : "Run once"}
        </Button>
        {!stop && (
          <span className="pointer-coarse:hidden">
            <Kbd shortcut={shortcut} />
          </span>
        )}
      </div>
      {blocked !== undefined && <p className="text-sm text-muted">{blocked}</p>}
    </div>
  );
}

/** The step that the run ends with, and the way back to running all of them. */
function UpTo() {
  const { trial } = useEditor();
  const upTo = useTrial((state) => state.upTo);
  const name = useOpenFlowState(({ history }) => {
    const node = upTo === undefined ? undefined : findStep(history.document, upTo);
    return node && stepName(node);
  });
  if (name === undefined) return null;
  return (
    <p className="flex min-w-0 items-center gap-1 text-sm">
      <span className="shrink-0 text-muted">Up to</span>
      <span dir="auto" className="min-w-0 truncate font-medium">
        {name}
      </span>
      <IconButton
        label="Run all steps"
        icon={X}
        size="sm"
        onClick={() => trial.setState({ upTo: undefined })}
      />
    </p>
  );
}
