import { useId, useRef, useState } from "react";
import type { FlowInput } from "#core/dataflow/list-inputs.ts";
import type { Problem } from "#core/dataflow/problem.ts";
import type { StepKey } from "#core/flow-document.ts";
import { findStep } from "#core/step-list.ts";
import { stepName } from "#core/step.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { Button } from "#client/ui/button.tsx";
import { Chip } from "#client/ui/chip.tsx";
import { formatNumber } from "#client/ui/format-count.ts";
import { useFlowProblems } from "#client/features/flow-editor/editor-context.tsx";
import { ProblemIcon } from "./problem-icon.tsx";
import { RepairButtons } from "./repair-buttons.tsx";

type FlowInputsProps = {
  readonly onGoTo: (problem: Problem) => void;
  readonly onMended: (item: HTMLElement) => void;
};

const NO_INPUTS: readonly FlowInput[] = [];
const PORTION = 50;

/** The variables that no step sets: what a run has to bring along. */
export function FlowInputs(props: FlowInputsProps) {
  const id = useId();
  const inputs = useFlowProblems((state) => state.analysis?.inputs ?? NO_INPUTS);
  const [limit, setLimit] = useState(PORTION);
  return (
    <section aria-labelledby={id} className="mt-2 flex flex-col gap-1 border-t border-line pt-3">
      <h3 id={id} className="px-4 text-sm font-medium">
        Inputs
      </h3>
      <p className="px-4 text-xs text-muted">
        {inputs.length === 0
          ? "A run needs to supply nothing: every variable is set by a step."
          : "Set by no step, so every run has to supply them."}
      </p>
      {inputs.length > 0 && (
        <ul aria-labelledby={id} className="flex flex-col">
          {inputs.slice(0, limit).map((input) => (
            <InputItem key={input.name} input={input} {...props} />
          ))}
        </ul>
      )}
      {inputs.length > limit && (
        <div className="px-4 py-1">
          <Button size="sm" onClick={() => setLimit(limit + PORTION)}>
            {`Show ${Math.min(PORTION, inputs.length - limit)} of ${formatNumber(inputs.length - limit)} more`}
          </Button>
        </div>
      )}
    </section>
  );
}

/** Readers that are named before the rest is a button. */
const NAMED = 3;

function InputItem({ input, onGoTo, onMended }: FlowInputsProps & { readonly input: FlowInput }) {
  const element = useRef<HTMLLIElement>(null);
  const [isWhole, setWhole] = useState(false);
  const { name, reads, correction } = input;
  const readers = reads.filter(({ step }, index) => reads.findIndex((read) => read.step === step) === index);
  const shown = isWhole ? readers : readers.slice(0, NAMED);
  const toProblem = ({ step, reference: { at, from, to } }: (typeof readers)[number]): Problem => ({
    code: "unknown-variable",
    severity: "warning",
    step,
    at,
    from,
    to,
    name,
    message: `No step sets “${name}”.`,
    ...(correction !== undefined && { correction }),
  });
  const [first] = readers;
  return (
    <li ref={element} data-problem="" className="flex flex-col gap-0.5 px-4 py-1.5">
      <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-0.5 text-sm text-muted">
        <Chip text={name} />
        <span>read by</span>
        {shown.map((read, index) => (
          <span key={read.step} className="flex max-w-full min-w-0 items-center">
            <ReaderLink step={read.step} isFirst={index === 0} onGoTo={() => onGoTo(toProblem(read))} />
            {index < readers.length - 1 && ","}
          </span>
        ))}
        {shown.length < readers.length && (
          <button
            type="button"
            onClick={() => setWhole(true)}
            className="min-h-6 rounded-sm hover:text-ink hover:underline pointer-coarse:min-h-9"
          >
            {`and ${formatNumber(readers.length - shown.length)} more`}
          </button>
        )}
      </div>
      {correction !== undefined && first && (
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
          <ProblemIcon severity="warning" />
          <span className="min-w-0 break-words">
            Did you mean <code className="font-mono text-xs">{correction}</code>?
          </span>
          <RepairButtons
            problem={toProblem(first)}
            onMended={() => element.current && onMended(element.current)}
          />
        </div>
      )}
    </li>
  );
}

type ReaderLinkProps = {
  readonly step: StepKey;
  readonly isFirst: boolean;
  readonly onGoTo: () => void;
};

function ReaderLink({ step, isFirst, onGoTo }: ReaderLinkProps) {
  const name = useOpenFlowState(({ history }) => {
    const node = findStep(history.document, step);
    return node ? stepName(node) : "a step that is gone";
  });
  return (
    <button
      type="button"
      {...(isFirst && { "data-go-to": "" })}
      onClick={onGoTo}
      className="min-h-6 max-w-full min-w-6 truncate rounded-sm text-accent hover:underline pointer-coarse:min-h-9"
    >
      {name}
    </button>
  );
}
