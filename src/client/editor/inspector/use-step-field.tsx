import { type ReactNode, createContext, useContext, useLayoutEffect, useState } from "react";
import { useController } from "react-hook-form";
import type { Problem } from "#core/dataflow/problem.ts";
import type { StepNode, StepKey } from "#core/document/flow-document.ts";
import type { JsonPath } from "#core/json/json.ts";
import type { StepConfigFieldDescription } from "#contract/step-description.ts";
import type { VariableCompletion } from "#client/ui/code/variable-completion.ts";
import type { VariableHoverCardSource } from "#client/ui/code/use-variable-hover-cards.tsx";
import type { OpenFlowState } from "#client/document/open-flow-state.ts";
import { useOpenFlow, useOpenFlowState } from "#client/document/use-open-flow.tsx";
import type { FieldNote } from "#client/ui/fields/field-notes.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import type { StepFormControl } from "./step-form-control.ts";
import { isProblemAtOrBelowPath, buildFieldNotesFromProblems } from "./field-problems.tsx";
import { focusInspectorField } from "./focus-field.ts";
import { type StepFieldDefinition, convertFieldIdToFormFieldName } from "./step-field.ts";

interface StepForm {
  readonly step: StepNode;
  readonly form: StepFormControl;
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

export interface StepFieldState {
  readonly text: string;
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
  bound: StepFieldState,
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
 * Binds a field to the step's form. `at` is the field's path in the step; `isOwn` selects the problems to show at the
 * field.
 */
export function useStepField(
  field: StepFieldDefinition,
  at: JsonPath,
  isOwn = isProblemAtOrBelowPath,
): StepFieldState {
  const openFlow = useOpenFlow();
  const { step, form, problems } = useStepForm();
  const refusal = useOpenFlowState((state) => findFieldRefusal(state, step.key, field.id));
  const [defaultValue] = useState(() => form.open(field, step));
  const { field: input, fieldState } = useController({
    control: form.control,
    name: convertFieldIdToFormFieldName(field.id),
    defaultValue,
    shouldUnregister: true,
  });
  useLayoutEffect(() => form.mount(field), [form, field]);

  const { error, isTouched } = fieldState;
  const isBroken = error?.type === "broken";
  const value = field.read(step);
  const isMissing = value === undefined || value === "";
  const own = problems.filter((problem) => isOwn(problem, at));
  // Omits the form's own schema warning if the analysis reports the same violation. Shows no warning about a missing
  // value until the user has touched the field.
  const isHidden = own.some(({ code }) => code === "bad-config") || (isMissing && !isTouched);
  return {
    text: input.value ?? defaultValue,
    change: (typed) => {
      if (openFlow.getState().viewOnlyReason === undefined) input.onChange(typed);
    },
    leave: () => {
      input.onBlur();
      form.leave();
    },
    error: isBroken ? `Fix or discard this text: ${error.message}` : undefined,
    errorAction: isBroken && <DiscardButton field={field} />,
    warning: isBroken ? undefined : (refusal ?? (isHidden ? undefined : error?.message)),
    problems: isBroken ? NONE : own,
    notes: isBroken
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
  const { form } = useStepForm();
  return (
    <Button
      size="sm"
      onClick={() => {
        form.discard(field);
        focusInspectorField(field.id);
      }}
    >
      Discard
    </Button>
  );
}
