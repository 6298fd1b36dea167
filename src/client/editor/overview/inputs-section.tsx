import { useMemo, useState } from "react";
import type { FlowAnalysisResult } from "#core/dataflow/analyze.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import { CodeChip } from "#client/ui/controls/inline-text.tsx";
import { formatNumber } from "#client/ui/format/format-count.ts";
import { useFlowProblems } from "#client/editor/session/editor-provider.tsx";
import { FlowOverviewSection, ShowStepButton, TEXT_BUTTON_CLASSES } from "./flow-overview-section.tsx";

type VariablesProps = { readonly onShowStep: (key: StepKey) => void };

const NO_VARIABLES: readonly VariableWithReadersOrSetters[] = [];

function useVariables(list: (analysis: FlowAnalysisResult) => readonly VariableWithReadersOrSetters[]) {
  const analysis = useFlowProblems((state) => state.analysis);
  return useMemo(() => (analysis ? list(analysis) : NO_VARIABLES), [analysis, list]);
}

/** The variables that each run must supply, with the steps that read them. */
export function InputsSection({ onShowStep }: VariablesProps) {
  const inputs = useVariables(listInputVariablesWithReaders);
  return (
    <FlowOverviewSection title="Inputs" aside={<Count value={inputs.length} />}>
      <VariableList
        variables={inputs}
        emptyText="No inputs. Steps set every variable that they read."
        relation="read by"
        onShowStep={onShowStep}
      />
    </FlowOverviewSection>
  );
}

/** The variables that steps set. */
export function OutputsSection({ onShowStep }: VariablesProps) {
  const outputs = useVariables(listOutputVariablesWithSetters);
  return (
    <FlowOverviewSection title="Outputs" aside={<Count value={outputs.length} />}>
      <VariableList
        variables={outputs}
        emptyText="No outputs. No step sets a variable."
        relation="set by"
        onShowStep={onShowStep}
      />
    </FlowOverviewSection>
  );
}

function Count({ value }: { readonly value: number }) {
  return value > 0 && <span className="text-sm text-ink tabular-nums">{formatNumber(value)}</span>;
}

/** Number of variables shown at first, and number added by each press of “Show more”. */
const SHOWN = 5;
const PORTION = 50;

type VariableListProps = VariablesProps & {
  readonly variables: readonly VariableWithReadersOrSetters[];
  readonly emptyText: string;
  readonly relation: string;
};

function VariableList({ variables, emptyText, relation, onShowStep }: VariableListProps) {
  const isKnown = useFlowProblems((state) => state.analysis !== undefined);
  const [limit, setLimit] = useState(SHOWN);
  const hidden = variables.length - limit;
  // The problems section already says that the flow is being checked.
  if (!isKnown) return <div aria-hidden="true" className="h-4 w-40 rounded-sm bg-hover" />;
  if (variables.length === 0) return <p className="text-sm text-muted">{emptyText}</p>;
  return (
    <>
      <ul className="flex flex-col gap-0.5">
        {variables.slice(0, limit).map((variable) => (
          <VariableItem key={variable.name} variable={variable} relation={relation} onShowStep={onShowStep} />
        ))}
      </ul>
      {hidden > 0 && (
        <button
          type="button"
          onClick={() => setLimit(limit + PORTION)}
          className={`self-start ${TEXT_BUTTON_CLASSES}`}
        >
          {hidden > PORTION
            ? `Show ${PORTION} of ${formatNumber(hidden)} more`
            : `Show ${formatNumber(hidden)} more`}
        </button>
      )}
    </>
  );
}

const SHOWN_STEPS = 3;

type VariableItemProps = VariablesProps & {
  readonly variable: VariableWithReadersOrSetters;
  readonly relation: string;
};

function VariableItem({ variable: { name, steps }, relation, onShowStep }: VariableItemProps) {
  const [areAllShown, showAll] = useState(false);
  const shown = areAllShown ? steps : steps.slice(0, SHOWN_STEPS);
  return (
    <li className="grid min-w-0 grid-cols-[minmax(5rem,35%)_minmax(0,1fr)] items-start gap-x-3">
      <span className="flex min-h-6 min-w-0 items-center pointer-coarse:min-h-9">
        <CodeChip text={name} />
        <span className="sr-only">{` ${relation} `}</span>
      </span>
      <span className="flex min-w-0 flex-wrap items-center gap-x-3">
        {shown.map((step) => (
          <ShowStepButton key={step} step={step} onShowStep={onShowStep} hasIcon />
        ))}
        {steps.length > shown.length && (
          <button type="button" onClick={() => showAll(true)} className={TEXT_BUTTON_CLASSES}>
            {`+${formatNumber(steps.length - shown.length)} more`}
          </button>
        )}
      </span>
    </li>
  );
}

/** A variable with the steps that read it (an input) or set it (an output), in document order. */
interface VariableWithReadersOrSetters {
  readonly name: string;
  readonly steps: readonly StepKey[];
}

/** `_record` stands for the run's record. */
export function listInputVariablesWithReaders({
  inputs,
  recordReads,
}: Pick<FlowAnalysisResult, "inputs" | "recordReads">): readonly VariableWithReadersOrSetters[] {
  const record = [...new Set(recordReads.map(({ step }) => step))];
  return [
    ...(record.length > 0 ? [{ name: "_record", steps: record }] : []),
    ...inputs.map(({ name, reads }) => ({ name, steps: [...new Set(reads.map(({ step }) => step))] })),
  ];
}

/** Without step names: a result can be read by its step's name, but that is no output variable. */
export function listOutputVariablesWithSetters({
  survey: { producers, stepNames },
}: Pick<FlowAnalysisResult, "survey">): readonly VariableWithReadersOrSetters[] {
  return [...producers]
    .filter(([name]) => !stepNames.has(name))
    .map(([name, steps]) => ({ name, steps: [...new Set(steps)] }));
}
