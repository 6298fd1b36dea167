import { isAboutReading } from "#core/dataflow/problem.ts";
import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import { type Place, findStep } from "#core/step-list.ts";
import { stepName } from "#core/step.ts";
import { announce } from "#client/ui/announce.ts";
import type { ActionScope } from "./action-scope.ts";
import type { WayOut } from "./breakage.ts";
import type { MoveVerdict } from "./judge-move.ts";

type BrokenMove = {
  readonly scope: ActionScope;
  /** The flow without the move. */
  readonly before: FlowDocument;
  readonly keys: readonly StepKey[];
  readonly place: Place;
  readonly verdict: MoveVerdict;
  readonly takeAlong: (needed: readonly StepKey[]) => void;
};

/** After a move that broke references: to take along what it needs, or to mend the first of them without moving back. */
export function findWaysOut({
  scope,
  before,
  keys,
  place,
  verdict,
  takeAlong,
}: BrokenMove): readonly WayOut[] {
  const known = scope.analysis.now();
  if (!known) return [];
  const { dataflow, analysis } = known;
  const waysOut: WayOut[] = [];

  const needed = dataflow.findNeededSteps(before, keys, place);
  if (needed) {
    const others = needed.filter((key) => !keys.includes(key));
    const [only] = others;
    const node = others.length === 1 && only !== undefined ? findStep(before, only) : undefined;
    const label = node ? `Take ${stepName(node)} along` : `Take along the ${others.length} steps needed`;
    waysOut.push({ label, run: () => takeAlong(needed) });
  }

  const [first] = verdict.broken;
  const problem =
    first &&
    analysis.problems.find(
      (candidate) =>
        isAboutReading(candidate) && candidate.step === first.step && candidate.name === first.reference.name,
    );
  for (const { label, command } of problem ? dataflow.findRepairs(analysis, problem) : []) {
    // Back again is what Undo is for.
    if (command.type !== "moveSteps" || command.keys.some((key) => keys.includes(key))) continue;
    waysOut.push({
      label,
      run: () => {
        scope.openFlow.edit(command);
        announce(`Done: ${label}.`, "assertive");
        if (keys[0] !== undefined) scope.focusStep(keys[0]);
      },
    });
  }
  return waysOut;
}
