import { useId, useMemo, useRef, useState } from "react";
import type { FlowInputVariable } from "#core/dataflow/list-inputs.ts";
import type { RecordReadByStep } from "#core/dataflow/list-record-reads.ts";
import type { Problem } from "#core/dataflow/problem.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import type { StepVariableReference } from "#core/references/reference.ts";
import { findStep } from "#core/document/step-list.ts";
import { getStepName } from "#core/document/step.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { CodeChip } from "#client/ui/controls/inline-text.tsx";
import { formatNumber } from "#client/ui/format/format-count.ts";
import { useFlowProblems } from "#client/editor/session/editor-provider.tsx";
import { ProblemSeverityIcon } from "./row-problem-indicator.tsx";
import { QuickFixButtons } from "./quick-fix-buttons.tsx";
import { quoteName } from "#core/text/quote-name.ts";

type FlowInputsProps = {
  readonly onGoTo: (problem: Problem) => void;
  readonly onFixed: (item: HTMLElement) => void;
};

const NO_INPUTS: readonly FlowInputVariable[] = [];
const NO_READS: readonly RecordReadByStep[] = [];

interface ShownInput {
  readonly name: string;
  readonly correction: string | undefined;
  readonly reads: readonly {
    readonly step: StepKey;
    readonly reference: Pick<StepVariableReference, "at" | "from" | "to">;
  }[];
}

function toInput(reads: readonly RecordReadByStep[]): ShownInput | undefined {
  if (reads.length === 0) return undefined;
  const whole = { at: [], from: 0, to: 0 };
  return {
    name: "_record",
    correction: undefined,
    reads: reads.map(({ step, reference }) => ({ step, reference: reference ?? whole })),
  };
}

const PORTION = 50;

export function FlowInputList(props: FlowInputsProps) {
  const id = useId();
  const inputs = useFlowProblems((state) => state.analysis?.inputs ?? NO_INPUTS);
  const recordReads = useFlowProblems((state) => state.analysis?.recordReads ?? NO_READS);
  const record = useMemo(() => toInput(recordReads), [recordReads]);
  const [limit, setLimit] = useState(PORTION);
  return (
    <div className="mt-2 flex flex-col gap-1 border-t border-line pt-3">
      <h3 id={id} className="px-4 text-sm font-medium">
        Inputs
      </h3>
      <p className="px-4 text-xs text-muted">
        {inputs.length === 0
          ? record
            ? "Requires a record. No other inputs."
            : "No inputs. Steps set every variable that they read."
          : "Values that each run provides, or else its record."}
      </p>
      {(record || inputs.length > 0) && (
        <ul aria-labelledby={id} className="flex flex-col">
          {record && <InputItem input={record} {...props} />}
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
    </div>
  );
}

const NAMED = 3;

function InputItem({ input, onGoTo, onFixed }: FlowInputsProps & { readonly input: ShownInput }) {
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
    message: `No step sets ${quoteName(name)}.`,
    messageAtStep: `No step sets ${quoteName(name)}.`,
    ...(correction !== undefined && { correction }),
  });
  const [first] = readers;
  return (
    <li ref={element} data-problem="" className="flex flex-col gap-0.5 px-4 py-1.5">
      <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-0.5 text-sm text-muted">
        <CodeChip text={name} />
        <span>used by</span>
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
          <ProblemSeverityIcon severity="warning" />
          <span className="min-w-0 break-words">
            Did you mean <code className="font-mono text-xs">{correction}</code>?
          </span>
          <QuickFixButtons
            problem={toProblem(first)}
            onFixed={() => element.current && onFixed(element.current)}
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
    return node ? getStepName(node) : "a deleted step";
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
