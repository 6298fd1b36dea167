import type { Problem } from "#core/dataflow/problem.ts";
import { Button } from "#client/ui/button.tsx";
import { useEditor } from "#client/features/flow-editor/editor-context.tsx";
import { mendProblem } from "./mend-problem.ts";
import { useRepairs } from "./use-repairs.ts";

type RepairButtonsProps = {
  readonly problem: Problem;
  readonly isWanted?: boolean;
  /** The button is about to go, and the focus with it. */
  readonly onMended: () => void;
};

/** A button for every way to mend a problem. */
export function RepairButtons({ problem, isWanted = true, onMended }: RepairButtonsProps) {
  const editor = useEditor();
  const repairs = useRepairs(problem, isWanted);
  if (repairs.length === 0) return null;
  return (
    <span className="flex flex-wrap gap-1.5">
      {repairs.map(({ label }) => (
        <Button
          key={label}
          size="sm"
          onClick={() => mendProblem(editor, problem, label) && onMended()}
          className="h-auto! min-h-7 max-w-full shrink! py-0.5 text-left whitespace-normal! pointer-coarse:min-h-10"
        >
          <span dir="auto" className="min-w-0 break-words">
            {label}
          </span>
        </Button>
      ))}
    </span>
  );
}
