import { type ReactNode, createContext, useContext, useLayoutEffect } from "react";
import { type Control, useController } from "react-hook-form";
import { useStore } from "zustand";
import type { Problem } from "#core/dataflow/problem.ts";
import type { StepNode, StepKey } from "#core/document/flow-document.ts";
import type { JsonPath, JsonValue } from "#core/json/json.ts";
import type { StepConfigFieldDescription } from "#contract/step-description.ts";
import type { VariableCompletion } from "#client/ui/code/variable-completion.ts";
import type { VariableHoverCardSource } from "#client/ui/code/use-variable-hover-cards.tsx";
import type { OpenFlowState } from "#client/document/open-flow-state.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { findInvalidInputOfField } from "#client/editor/session/find-step-save-error.ts";
import type { FieldNote } from "#client/ui/fields/field-notes.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import type { StepFormInputController } from "./step-texts.ts";
import { isProblemAtOrBelowPath, buildFieldNotesFromProblems } from "./field-problems.tsx";
import { focusInspectorField } from "./focus-field.ts";
import { type StepFieldDefinition, convertFieldIdToFormFieldName } from "./step-field.ts";

export type StepFormTextsByField = Record<string, string>;

interface StepForm {
  readonly step: StepNode;
  readonly control: Control<StepFormTextsByField>;
  readonly texts: StepFormInputController;
  readonly problems: readonly Problem[];
  readonly variables: () => readonly VariableCompletion[];
  readonly namesAt: (at: JsonPath) => VariableHoverCardSource;
}

const StepFormContext = createContext<StepForm | undefined>(undefined);

export const StepFormProvider = StepFormContext.Provider;

export function useStepForm(): StepForm {
  const form = useContext(StepFormContext);
  if (!form) throw new Error("useStepForm is for fields inside a StepFormProvider");
  return form;
}

export interface StepFieldTextAndValueState {
  readonly text: string;
  /**
   * The field's value in the flow. While `text` is not applied yet or is invalid, `value` is still the previous
   * value.
   */
  readonly value: JsonValue | undefined;
  readonly change: (text: string) => void;
  readonly leave: () => void;
  readonly error: string | undefined;
  readonly errorAction: ReactNode;
  readonly warning: string | undefined;
  readonly problems: readonly Problem[];
  readonly notes: readonly FieldNote[];
}

export type StepFieldControlProps = ReturnType<typeof buildStepFieldControlProps>;

export function buildStepFieldControlProps(
  { label, help, required }: Pick<StepConfigFieldDescription, "label" | "help" | "required">,
  bound: StepFieldTextAndValueState,
) {
  const { text, error, errorAction, warning, notes } = bound;
  return {
    label,
    hint: help,
    error,
    errorAction,
    warning,
    notes,
    labelEnd: required && text === "" ? <span className="text-xs text-faint">Required</span> : undefined,
  };
}

/**
 * Binds a field to the flow. If the value changes without input in this field, for example by an undo, replaces the
 * text before the next paint. `at` is the field's path in the step; `isOwn` selects the problems to show at the
 * field.
 */
export function useStepField(
  field: StepFieldDefinition,
  at: JsonPath,
  isOwn = isProblemAtOrBelowPath,
): StepFieldTextAndValueState {
  const { step, control, texts, problems } = useStepForm();
  const broken = useOpenFlowState((state) => findInvalidInputOfField(state, step.key, field.id));
  const refusal = useOpenFlowState((state) => findFieldRefusal(state, step.key, field.id));
  const text = texts.textOf(field, step);
  const { field: input, fieldState } = useController({
    control,
    name: convertFieldIdToFormFieldName(field.id),
    defaultValue: text,
  });
  useLayoutEffect(() => {
    if (input.value !== text) texts.show(field, text);
  });

  useLayoutEffect(() => texts.mount(field.id), [texts, field.id]);

  const isTyping = useStore(texts.typing, (typing) => typing.field === field.id);
  const value = field.read(step);
  const isMissing = value === undefined || value === "";
  // Shows no warning about a missing value until the user has touched the field.
  const warning = isMissing && !fieldState.isTouched ? undefined : field.check?.(value);
  const own = problems.filter((problem) => isOwn(problem, at));
  // Omits the form's own schema warning if the analysis reports the same violation.
  const isReported = own.some(({ code }) => code === "bad-config");
  return {
    text: input.value ?? text,
    value,
    change: (typed) => texts.change(field, typed),
    leave: () => {
      input.onBlur();
      texts.leave();
    },
    error: broken && !isTyping ? `Fix or discard this text: ${broken.message}` : undefined,
    errorAction: broken && <DiscardButton field={field} />,
    warning: broken ? undefined : (refusal ?? (isReported ? undefined : warning)),
    problems: broken ? NONE : own,
    notes: broken
      ? []
      : buildFieldNotesFromProblems(own, {
          text: typeof value === "string" ? value : "",
          onFixed: () => focusInspectorField(field.id),
        }),
  };
}

const NONE: readonly Problem[] = [];

function findFieldRefusal({ progress }: OpenFlowState, key: StepKey, id: string): string | undefined {
  if (progress.type !== "refused") return undefined;
  const problem = progress.problems.find((other) => other.key === key && other.field === id);
  return problem && `The server rejected this value: ${problem.message}`;
}

/** Discards invalid input. Moves the focus to the field, because discarding unmounts this button. */
function DiscardButton({ field }: { readonly field: StepFieldDefinition }) {
  const { step, texts } = useStepForm();
  return (
    <Button
      size="sm"
      onClick={() => {
        texts.discard(field, step);
        focusInspectorField(field.id);
      }}
    >
      Discard
    </Button>
  );
}
