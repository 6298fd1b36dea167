import { useLayoutEffect, useState, useId, useMemo } from "react";
import { useOffersFeature } from "#client/data/queries/capability-queries.ts";
import { findStepDescription } from "#contract/step-descriptions/find-step-description.ts";
import { pageStepTypes } from "#client/document/analysis/page-step-types.ts";
import type { Problem } from "#core/dataflow/problem.ts";
import type { StepKey, StepNode } from "#core/document/flow-document.ts";
import { getStepType, getStepName, getStepConfig } from "#core/document/step.ts";
import type { InvalidFieldInput } from "#client/document/pending-input.ts";
import { useOpenFlow, useOpenFlowState, useViewOnlyReason } from "#client/document/use-open-flow.tsx";
import { Tabs } from "#client/ui/controls/tabs.tsx";
import { offerToUpdateReferences } from "#client/editor/actions/rename.ts";
import { useFlowProblems, useEditor, useFlowAnalysis } from "#client/editor/session/editor-provider.tsx";
import { ConfigFormField } from "./config-form-field.tsx";
import { buildConfigFieldId } from "./config-step-field.ts";
import { LazyConditionField } from "./lazy-condition-field.tsx";
import { ErrorHandlingField } from "./error-handling-field.tsx";
import { AdvancedFieldsGroup } from "./field-groups.tsx";
import { ConfigPathsWithoutFieldNotice, StepConfigForm, StepConfigJsonEditor } from "./step-config.tsx";
import {
  StepDependencyList,
  useVariableTooltipSource,
  useVariableCompletions,
} from "./variable-completions.tsx";
import { convertFieldIdToFormFieldName } from "./step-field.ts";
import {
  StepFormProvider,
  buildStepFieldControlProps,
  useStepForm,
  useStepField,
} from "./use-step-field.tsx";
import { createStepFormControl } from "./step-form-control.ts";
import { ReadOnlyReasonContext } from "#client/ui/fields/read-only-reason.ts";
import { TextField } from "#client/ui/fields/text-field.tsx";
import { stepNameFieldDefinition, stepConditionFieldDefinition } from "./step-field-definitions.ts";
import type { JsonPath } from "#core/json/json.ts";
import { isProblemAtOrBelowPath, buildFieldNotesFromProblems } from "./field-problems.tsx";
import type { StepTypeDescription } from "#contract/step-description.ts";
import { findPathOfSetFieldInStepConfig } from "#contract/step-descriptions/find-field-path.ts";
import { FieldNotes } from "#client/ui/fields/field-notes.tsx";
import { useStore } from "zustand";
import { Button } from "#client/ui/controls/button.tsx";
import type { StepUseSubject } from "#client/flow/step-uses/step-uses-dialog.tsx";
import { CodeChip } from "#client/ui/controls/inline-text.tsx";
import { quoteValue } from "#core/text/quote-name.ts";
import type { FlowAnalysisResult } from "#core/dataflow/analyze.ts";
import { listModelUses, listRecordTypeUses } from "#core/references/resource-uses.ts";
import { listSecretUses } from "#core/references/list-secrets.ts";
import { listVariablesSetByStep } from "#core/references/variables-set-by-step.ts";

const TABS = [
  { id: "form", label: "Form" },
  { id: "json", label: "JSON" },
] as const;
type Tab = (typeof TABS)[number]["id"];

/**
 * Edits the fields of a step. Invalid input stays in its field while the flow keeps the last valid value. Pass the
 * step's key as `key`, since the form's state belongs to the step. Import lazily: bundles all step descriptions.
 */
export function StepForm({ node }: { readonly node: StepNode }) {
  const openFlow = useOpenFlow();
  const { inspectorViews } = useEditor();
  const viewOnlyReason = useViewOnlyReason();
  const [form] = useState(() => createStepFormControl(openFlow, node.key));
  useLayoutEffect(() => form.connect(), [form]);
  const problems = useFlowProblems((state) => state.byStep.get(node.key)) ?? NONE;
  const variables = useVariableCompletions(node.key);
  const namesAt = useVariableTooltipSource(node.key);

  const description = findStepDescription(getStepType(node));
  const hasForm = description !== undefined && description.fields.length > 0;
  const [wanted, setWanted] = useState<Tab>("form");
  const invalidTab = useOpenFlowState((state) => findTabWithInvalidInput(state.invalidInputs, node.key));
  // If one tab has invalid input, shows only that tab: an edit in the other tab could change the same value.
  const tab = hasForm ? (invalidTab ?? wanted) : "json";
  const isForm = hasForm && tab === "form";
  const hasErrorHandling = isForm && !description.lacksErrorHandling;
  const advanced = isForm ? description.fields.filter(({ group }) => group === "Advanced") : [];

  const select = (next: Tab) => {
    openFlow.flush();
    if (findTabWithInvalidInput(openFlow.getState().invalidInputs, node.key) === undefined) setWanted(next);
  };

  return (
    <StepFormProvider value={{ step: node, form, problems, variables, namesAt }}>
      <ReadOnlyReasonContext value={viewOnlyReason}>
        {/* While the user types, a result that arrives must not replace the form. */}
        <div
          onFocus={() => inspectorViews.setState({ isResultShown: false })}
          className="flex flex-col gap-4"
        >
          {viewOnlyReason !== undefined && <p className="text-sm text-muted">{viewOnlyReason}</p>}
          <StepProblems description={isForm ? description : undefined} />
          <NameField />
          {hasForm && (
            <Tabs
              label="Config as"
              tabs={TABS}
              selected={tab}
              onSelect={select}
              blockedReason={invalidTab && "Fix or discard the invalid text first."}
            />
          )}
          {isForm ? (
            <StepConfigForm description={description} />
          ) : (
            <StepConfigJsonEditor description={description} />
          )}
          <AdvancedFieldsGroup fields={advanced} hasErrorHandling={hasErrorHandling}>
            <WhenField />
            {hasErrorHandling && <ErrorHandlingField />}
            {advanced.map((field) => (
              <ConfigFormField key={buildConfigFieldId(field.path)} field={field} />
            ))}
          </AdvancedFieldsGroup>
          {isForm && <ConfigPathsWithoutFieldNotice description={description} />}
          <InvalidInputsWithoutField />
          <StepDependencyList />
          <StepUses />
        </div>
      </ReadOnlyReasonContext>
    </StepFormProvider>
  );
}

const NONE: readonly Problem[] = [];

function findTabWithInvalidInput(texts: readonly InvalidFieldInput[], key: StepKey): Tab | undefined {
  const broken = texts.find((text) => text.key === key && /^config\b/.test(text.field));
  return broken && (broken.field === "config" ? "json" : "form");
}

function NameField() {
  const editor = useEditor();
  const { step } = useStepForm();
  const [before, setBefore] = useState("");
  const bound = useStepField(stepNameFieldDefinition, ["name"]);
  return (
    <div data-field={stepNameFieldDefinition.id}>
      <TextField
        {...buildStepFieldControlProps({ label: "Name" }, bound)}
        name="name"
        dir="auto"
        value={bound.text}
        onChange={(event) => bound.change(event.target.value)}
        onFocus={() => setBefore(getStepName(step))}
        onBlur={() => {
          bound.leave();
          // Offers to rename the references to the step's old name. Runs after `leave`, because `leave` applies the
          // new name to the flow.
          offerToUpdateReferences(editor, step.key, before);
        }}
      />
    </div>
  );
}

const PATH: JsonPath = ["when"];

const whenFieldTexts = {
  label: "Run if",
  help: "Optional. Runs only if this is true, e.g. analysis.score > 3",
};

function WhenField() {
  const bound = useStepField(stepConditionFieldDefinition, PATH);
  return (
    <div data-field={stepConditionFieldDefinition.id} className="col-span-2 min-w-0">
      <LazyConditionField
        texts={buildStepFieldControlProps(whenFieldTexts, bound)}
        bound={bound}
        path={PATH}
        size="line"
        fieldsHint="Optional. Runs only if this is true."
      />
    </div>
  );
}

type StepProblemsProps = {
  /** Undefined in the JSON tab, which shows the problems of all keys. */
  readonly description: StepTypeDescription | undefined;
};

function StepProblems({ description }: StepProblemsProps) {
  const { step, problems } = useStepForm();
  const config = getStepConfig(step);
  const fields: readonly JsonPath[] = description
    ? [
        ...description.fields.map((field) => [
          "config",
          ...(findPathOfSetFieldInStepConfig(field, config) ?? field.path),
        ]),
        ...(description.lacksErrorHandling ? [] : [["config", "errorHandling"]]),
      ]
    : [["config"]];
  const shown = [["name"], ["when"], ...fields];
  const others = problems.filter((problem) => !shown.some((path) => isProblemAtOrBelowPath(problem, path)));
  if (others.length === 0) return null;
  const onFixed = () => document.querySelector<HTMLElement>("[data-inspector-heading]")?.focus();
  return (
    <div className="flex flex-col gap-1.5 rounded-md bg-sunken px-3 py-2">
      <FieldNotes
        notes={buildFieldNotesFromProblems(others, { text: "", onFixed })}
        id={`problems-of-${step.key}`}
      />
    </div>
  );
}

/**
 * Shows invalid input whose field is no longer rendered, for example after an undo: it blocks saving, so the user must
 * be able to discard it.
 */
function InvalidInputsWithoutField() {
  const openFlow = useOpenFlow();
  const { step, form } = useStepForm();
  const invalidInputs = useOpenFlowState((state) => state.invalidInputs);
  const shown = useStore(form.fields);
  return invalidInputs
    .filter(({ key, field }) => key === step.key && !shown.has(convertFieldIdToFormFieldName(field)))
    .map(({ field, text, message }) => (
      <div
        key={field}
        data-field={field}
        className="flex items-center justify-between gap-3 rounded-md bg-danger-soft px-3 py-2 text-sm text-danger"
      >
        <p className="min-w-0 break-words">
          {quoteValue(text)} belongs to a removed field. {message}
        </p>
        <Button
          size="sm"
          data-discard=""
          onClick={() => {
            document.querySelector<HTMLElement>("[data-inspector-heading]")?.focus();
            openFlow.clearInvalidInput(step.key, field);
          }}
        >
          Discard
        </Button>
      </div>
    ));
}

/** Maximum number of listed names; a step rarely has more. */
const MAX_SUBJECTS = 12;

const KIND_NAMES: Readonly<Record<StepUseSubject["kind"], string>> = {
  variable: "variable",
  model: "model",
  secret: "secret",
  recordType: "record type",
  stepType: "step type",
};

/** Lists the variables, models, secrets and record types of a step. Each shows where all flows use it. */
function StepUses() {
  const id = useId();
  const { step } = useStepForm();
  const { openDialog } = useEditor();
  const isOffered = useOffersFeature("stepSearch");
  const analysis = useFlowAnalysis((state) => state.analysis);
  const subjects = useMemo(() => listSubjects(step, analysis), [step, analysis]);
  if (!isOffered || subjects.length === 0) return null;
  return (
    <section aria-labelledby={id} className="flex flex-col gap-1.5 border-t border-line pt-4">
      <h3 id={id} className="text-sm font-semibold">
        Uses in all flows
      </h3>
      <ul aria-labelledby={id} className="flex flex-wrap gap-1.5">
        {subjects.map(({ kind, name }) => (
          <li key={`${kind} ${name}`} className="flex max-w-full">
            <button
              type="button"
              onClick={() => openDialog({ type: "stepUses", kind, name })}
              className="flex min-h-6 max-w-full items-center gap-1.5 rounded-md px-1 text-xs text-muted hover:bg-hover pointer-coarse:min-h-10"
            >
              {KIND_NAMES[kind]}
              <CodeChip text={name} className="max-w-56" />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function listSubjects(step: StepNode, analysis: FlowAnalysisResult | undefined): readonly StepUseSubject[] {
  const reads = (analysis?.reads.get(step.key) ?? []).filter(({ state }) => state !== "platform");
  const names: readonly (readonly [StepUseSubject["kind"], readonly string[]])[] = [
    ["variable", listVariablesSetByStep(step, pageStepTypes).map(({ name }) => name)],
    ["variable", reads.map(({ reference }) => reference.name)],
    ["model", listModelUses(step).map(({ name }) => name)],
    ["secret", listSecretUses(step, pageStepTypes).map(({ key }) => key)],
    ["recordType", listRecordTypeUses(step).map(({ name }) => name)],
  ];
  const all = names.flatMap(([kind, ofKind]) =>
    ofKind.filter((name) => name !== "").map((name) => ({ kind, name })),
  );
  return [...new Map(all.map((subject) => [`${subject.kind} ${subject.name}`, subject])).values()].slice(
    0,
    MAX_SUBJECTS,
  );
}
