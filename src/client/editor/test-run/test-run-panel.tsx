import { X, Play, Square } from "lucide-react";
import { useDeferredValue, useEffect, useId, useMemo } from "react";
import { type Problem, isServerDependentProblem } from "#core/dataflow/problem.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import { findStep } from "#core/document/step-list.ts";
import { getStepName } from "#core/document/step.ts";
import { UnavailableFeatureNotice } from "#client/page/unavailable-feature-notice.tsx";
import { countUnsavedEdits, hasUnfinishedInput } from "#client/document/saving/unsaved-edits.ts";
import { useOpenFlowState, useOpenFlow } from "#client/document/use-open-flow.tsx";
import { openOrStartTestRunAction } from "#client/editor/actions/test-run-action.ts";
import { ShowStepInEditorContext } from "#client/editor/runs/go-to-step.tsx";
import {
  useEditor,
  useFlowAnalysis,
  useFlowProblems,
  useTestRunState,
} from "#client/editor/session/editor-provider.tsx";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { usePanelColumns } from "#client/editor/session/panel-columns.ts";
import { PanelFrame } from "#client/editor/session/panel-frame.tsx";
import type { EditorPanelProps } from "#client/editor/session/side-panels.ts";
import { countFlowEffects, describeRealEffects } from "#client/flow/flow-effects.ts";
import { UnresolvedProblemList } from "#client/flow/publish/unresolved-problem-list.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { KeyboardKey } from "#client/ui/controls/inline-text.tsx";
import { TextArea } from "#client/ui/fields/text-field.tsx";
import { toAriaShortcut } from "#client/ui/format/format-shortcut.ts";
import type { TestRunFormErrors } from "./plan-test-run.ts";
import { TestRunRecordFields } from "./record-fields.tsx";
import {
  type TestRunFormValues,
  createTestRunForm,
  getTypedTestRunInput,
  loadTestRunForm,
  persistTestRunForm,
} from "./test-run-form.ts";
import { readSampleData } from "#client/data/device/sample-data.ts";
import { listSampleDataNames } from "./sample-data.ts";
import { TestRunOutcome } from "./test-run-outcome.tsx";
import { useStartTestRun, useFlowInputs, useFlowRecordReads } from "./start-test-run.ts";

export function TestRunPanel({ panel, onClose, onGoTo, onShowStep }: EditorPanelProps) {
  const isSheet = usePanelColumns() === 0;
  const leaveSheet = () => isSheet && onClose();
  return (
    <PanelFrame panel={panel} onClose={onClose} width="xl:w-80 2xl:w-96">
      <TestRunContent
        listsSteps={isSheet}
        onGoTo={(problem) => {
          leaveSheet();
          onGoTo(problem);
        }}
        onShowStep={(key) => {
          leaveSheet();
          onShowStep(key);
        }}
      />
    </PanelFrame>
  );
}

type TestRunContentProps = {
  readonly listsSteps: boolean;
  readonly onGoTo: (problem: Problem) => void;
  readonly onShowStep: (key: StepKey) => void;
};

function TestRunContent({ listsSteps, onGoTo, onShowStep }: TestRunContentProps) {
  const { testRun } = useEditor();
  const [form, change] = useTestRunForm();
  const { start, faults, blocked, refused } = useStartTestRun(form);
  const problems = useFlowProblems((state) => state.problems);
  const obstacles = [
    ...problems.filter(({ severity }) => severity === "error"),
    ...problems.filter(isServerDependentProblem),
  ];
  const hasPendingInput = useOpenFlowState(hasUnfinishedInput);
  const needed = useTestRunState((state) => state.needed);

  useEffect(() => {
    if (needed === 0) return;
    testRun.setState({ needed: 0 });
    start({ isAsked: true });
  }, [needed, testRun, start]);

  return (
    <ShowStepInEditorContext value={onShowStep}>
      <div className="flex flex-col gap-4">
        <RunSummary />
        <TestRunRecordFields form={form} onChange={change} fault={faults.get("record")} />
        <InputFields form={form} onChange={change} faults={faults} />
        {hasPendingInput && (
          <p className="rounded-md bg-warning-soft px-3 py-2 text-sm text-warning">
            Invalid or unapplied edits aren’t part of the run.
          </p>
        )}
        {obstacles.length > 0 && (
          <UnresolvedProblemList
            problems={obstacles}
            isAccepted={false}
            onAccept={undefined}
            onShowProblem={onGoTo}
          />
        )}
        <UnavailableFeatureNotice feature="dispatch" />
        <RunBar blocked={blocked} refused={refused} onRun={() => start({ isAsked: false })} />
        <TestRunOutcome listsSteps={listsSteps} refused={refused} />
      </div>
    </ShowStepInEditorContext>
  );
}

/** Says what runs, and which effects outside the run are real. */
function RunSummary() {
  const isUnsaved = useOpenFlowState((state) => countUnsavedEdits(state) > 0);
  const document = useDeferredValue(useOpenFlowState(({ history }) => history.document));
  const effects = useMemo(() => describeRealEffects(countFlowEffects(document.steps)), [document]);
  return (
    <p className="text-sm text-muted">
      {`Runs this draft${isUnsaved ? " with your unsaved edits" : ""} once; nothing is saved. ${effects}`.trim()}
    </p>
  );
}

type InputFieldsProps = {
  readonly form: TestRunFormValues;
  readonly onChange: (changes: Partial<TestRunFormValues>) => void;
  readonly faults: TestRunFormErrors;
};

function InputFields({ form, onChange, faults }: InputFieldsProps) {
  const id = useId();
  const inputs = useFlowInputs();
  const reads = useFlowRecordReads();
  return (
    <section aria-labelledby={id} className="flex flex-col gap-3">
      <div className="flex min-h-7 items-center justify-between gap-3">
        <h3 id={id} className="text-sm font-medium">
          Inputs
        </h3>
        <UseSampleDataButton form={form} onChange={onChange} />
      </div>
      {inputs.length === 0 && (
        <p className="text-sm text-muted">
          {reads.length > 0
            ? "No other inputs."
            : "No inputs. To add one, use a new variable such as {{topic}} in a step."}
        </p>
      )}
      {inputs.length > 0 && form.source !== "none" && (
        <p className="text-sm text-muted">Empty inputs are read from the record’s metadata.</p>
      )}
      {inputs.map(({ name }) => {
        const { text, isJson } = getTypedTestRunInput(form, name);
        const set = (changes: Partial<(typeof form.inputs)[string]>) =>
          onChange({ inputs: { ...form.inputs, [name]: { text, isJson, ...changes } } });
        return (
          <div key={name} data-try-field={`input:${name}`}>
            <TextArea
              label={name}
              labelEnd={
                <Button
                  size="sm"
                  variant="ghost"
                  aria-label={`JSON for ${name}`}
                  aria-pressed={isJson}
                  className="aria-pressed:bg-accent-soft aria-pressed:text-accent"
                  onClick={() => set({ isJson: !isJson })}
                >
                  JSON
                </Button>
              }
              dir="auto"
              rows={1}
              className="[&_textarea]:min-h-8"
              spellCheck={!isJson}
              placeholder={isJson ? '{"key": "value"}' : "Text"}
              value={text}
              error={faults.get(`input:${name}`)}
              onChange={({ target }) => set({ text: target.value })}
            />
          </div>
        );
      })}
      <div data-try-field="messages">
        <TextArea
          label="User message"
          dir="auto"
          rows={1}
          className="[&_textarea]:min-h-8"
          placeholder="Optional"
          hint="Chat text, or a conversation as a JSON array."
          value={form.messages}
          error={faults.get("messages")}
          onChange={({ target }) => onChange({ messages: target.value })}
        />
      </div>
    </section>
  );
}

/** Hidden if there is none, or if the form has that data. */
function UseSampleDataButton({ form, onChange }: Pick<InputFieldsProps, "form" | "onChange">) {
  const sample = readSampleData(useOpenFlowState((state) => state.flow));
  const analysis = useFlowAnalysis((state) => state.analysis);
  if (!sample || !analysis) return null;
  const { source, recordJson, inputs } = createTestRunForm(sample, listSampleDataNames(analysis));
  const isSame =
    source === form.source &&
    recordJson === form.recordJson &&
    Object.entries(inputs).every(([name, { text }]) => getTypedTestRunInput(form, name).text === text);
  if (isSame) return null;
  return (
    <Button size="sm" variant="ghost" onClick={() => onChange({ source, recordJson, inputs })}>
      Use sample data
    </Button>
  );
}

type RunBarProps = {
  readonly blocked: string | undefined;
  /** The part of `blocked` that the notice above shows. */
  readonly refused: string | undefined;
  readonly onRun: () => void;
};

/** Renders Run and Stop as the same button, so that the button keeps the focus when its label changes. */
function RunBar({ blocked, refused, onRun }: RunBarProps) {
  const stop = useTestRunState((state) => state.stop);
  const [shortcut] = openOrStartTestRunAction.keys;
  return (
    <div
      ref={stop ? scrollToStart : undefined}
      className="sticky top-0 z-20 -mx-4 [&~*_*]:scroll-mt-24 -my-2 flex flex-col gap-2 bg-surface px-4 py-2 [[role=dialog]_&]:-top-2 [[role=dialog]_&]:bg-raised [[role=dialog]_&]:pt-4"
    >
      <UpTo />
      <div className="flex flex-wrap items-center gap-2">
        <Button
          variant={stop ? "secondary" : "primary"}
          icon={stop ? Square : Play}
          disabledReason={stop ? undefined : blocked}
          aria-keyshortcuts={stop ? undefined : toAriaShortcut(shortcut)}
          // The second click of a double click on Run would stop the run, which the API may continue.
          onClick={({ detail }) => (stop ? detail < 2 && stop() : onRun())}
        >
          {stop ? "Stop" : "Run once"}
        </Button>
        {!stop && (
          <span className="pointer-coarse:hidden">
            <KeyboardKey shortcut={shortcut} />
          </span>
        )}
      </div>
      {blocked !== undefined && refused === undefined && <p className="text-sm text-muted">{blocked}</p>}
    </div>
  );
}

function scrollToStart(bar: HTMLElement | null): void {
  bar?.scrollIntoView({ block: "start" });
}

function UpTo() {
  const { testRun } = useEditor();
  const upTo = useTestRunState((state) => state.upTo);
  const name = useOpenFlowState(({ history }) => {
    const node = upTo === undefined ? undefined : findStep(history.document, upTo);
    return node && getStepName(node);
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
        onClick={() => testRun.setState({ upTo: undefined })}
      />
    </p>
  );
}

/** The values survive closing the panel and, in this browser, a reload. */
function useTestRunForm(): readonly [TestRunFormValues, (changes: Partial<TestRunFormValues>) => void] {
  const { testRun } = useEditor();
  const openFlow = useOpenFlow();
  const currentForm = useTestRunState((state) => state.form);
  const { flow } = openFlow.getState();
  const analysis = useFlowAnalysis((state) => state.analysis);
  const form =
    currentForm ?? loadTestRunForm(flow.id, readSampleData(flow), analysis && listSampleDataNames(analysis));

  useEffect(() => {
    if (currentForm) persistTestRunForm(flow.id, currentForm);
    else testRun.setState({ form });
  }, [testRun, currentForm, form, flow.id]);

  const change = (changes: Partial<TestRunFormValues>) =>
    testRun.setState((state) => ({ form: { ...(state.form ?? form), ...changes } }));
  return [form, change];
}
