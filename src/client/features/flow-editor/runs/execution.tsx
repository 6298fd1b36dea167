import { Dialog } from "#client/ui/dialog.tsx";
import type { StepResult } from "#contract/run.ts";
import { IconButton } from "#client/ui/icon-button.tsx";
import { X } from "lucide-react";
import { focusRow } from "./focus-row.ts";
import { StepDetails } from "./step-details.tsx";
import { Waterfall } from "./waterfall.tsx";

type ExecutionProps = {
  readonly steps: readonly StepResult[];
  readonly selectedId: string | undefined;
  /** There is room for a step's details below the steps; else they come as a sheet. */
  readonly hasRoom: boolean;
  readonly onSelect: (id: string | undefined) => void;
};

/** The steps of one execution on their time line; the one that is chosen shows all that is known of it. */
export function Execution({ steps, selectedId, hasRoom, onSelect }: ExecutionProps) {
  const selected = steps.find(({ id }) => id === selectedId);
  const close = () => {
    onSelect(undefined);
    if (selectedId !== undefined) focusRow(selectedId);
  };
  return (
    <>
      <div
        className={selected && hasRoom ? "flex min-h-24 flex-[2] flex-col" : "flex min-h-0 flex-1 flex-col"}
      >
        <Waterfall {...{ steps, selectedId, onSelect }} />
      </div>
      {selected && hasRoom && (
        <section
          aria-label={`What ${selected.stepName} did`}
          className="flex min-h-0 flex-[3] flex-col border-t border-line-strong"
          onKeyDown={(event) => {
            if (event.key !== "Escape" || event.defaultPrevented) return;
            // The key is not the record's as well.
            event.preventDefault();
            close();
          }}
        >
          <header className="flex shrink-0 items-center gap-2 pt-2 pr-3 pl-4">
            <h4 dir="auto" className="min-w-0 flex-1 truncate font-semibold">
              {selected.stepName}
            </h4>
            <IconButton label="Close step" icon={X} shortcut="Escape" size="sm" onClick={close} />
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-4 pt-1 pb-6">
            <StepDetails key={selected.id} step={selected} />
          </div>
        </section>
      )}
      {selected && !hasRoom && (
        <Dialog title={selected.stepName} variant="sheet" onClose={close}>
          <StepDetails key={selected.id} step={selected} />
        </Dialog>
      )}
    </>
  );
}
