import { type ReactNode, useLayoutEffect } from "react";
import { useController } from "react-hook-form";
import { useStore } from "zustand";
import type { StepKey } from "#core/flow-document.ts";
import type { Problem } from "#core/dataflow/problem.ts";
import type { JsonPath, JsonValue } from "#core/json.ts";
import type { OpenFlowState } from "#client/document/open-flow.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { findBroken } from "#client/features/flow-editor/find-step-problem.ts";
import type { FieldNote } from "#client/ui/field-notes.tsx";
import { DiscardButton } from "./discard-button.tsx";
import { isWithin, toFieldNotes } from "./field-problems.tsx";
import { focusField } from "./focus-field.ts";
import { type StepField, formName } from "./step-field.ts";
import { useStepForm } from "./step-form-context.ts";

/** What a control needs to show one field and to hand on what is typed. */
export interface BoundField {
  readonly text: string;
  /** What the flow holds. */
  readonly value: JsonValue | undefined;
  readonly change: (text: string) => void;
  readonly leave: () => void;
  /** Why the text is no value of the field: it waits, and so does saving. */
  readonly error: string | undefined;
  readonly errorAction: ReactNode;
  /** Why the value is not what the type asks for, or what the server had against it. */
  readonly warning: string | undefined;
  /** What the flow's meaning has against the value, and the repairs. */
  readonly problems: readonly Problem[];
  readonly notes: readonly FieldNote[];
}

/**
 * Ties a field to the flow. Where the flow has another value than the field's text stands for, by an undo or an edit
 * elsewhere, the text follows before the next key can come. `at` is where its value is in the step;
 * `isOwn`, which problems it says, where those inside the value have fields of their own.
 */
export function useStepField(field: StepField, at: JsonPath, isOwn = isWithin): BoundField {
  const { step, control, texts, problems } = useStepForm();
  const broken = useOpenFlowState((state) => findBroken(state, step.key, field.id));
  const refusal = useOpenFlowState((state) => findFieldRefusal(state, step.key, field.id));
  const text = texts.textOf(field, step);
  const { field: input, fieldState } = useController({
    control,
    name: formName(field.id),
    defaultValue: text,
  });
  useLayoutEffect(() => {
    if (input.value !== text) texts.show(field, text);
  });

  useLayoutEffect(() => texts.mount(field.id), [texts, field.id]);

  // Half a word is no mistake yet.
  const isTyping = useStore(texts.typing, (typing) => typing.field === field.id);
  const value = field.read(step);
  const isMissing = value === undefined || value === "";
  // Nobody is told off for a field that they have not come to yet.
  const warning = isMissing && !fieldState.isTouched ? undefined : field.check?.(value);
  const told = problems.filter((problem) => isOwn(problem, at));
  // The form's own check is there at once; once the same is told of the flow, it is said once.
  const isTold = told.some(({ code }) => code === "bad-config");
  return {
    text: input.value ?? text,
    value,
    change: (typed) => texts.change(field, typed),
    leave: () => {
      input.onBlur();
      texts.leave();
    },
    error:
      broken && !isTyping
        ? `Fix or discard this text: ${broken.message} The flow keeps the last good value meanwhile.`
        : undefined,
    errorAction: broken && <DiscardButton field={field} />,
    warning: broken ? undefined : (refusal ?? (isTold ? undefined : warning)),
    problems: broken ? NONE : told,
    notes: broken
      ? []
      : toFieldNotes(told, {
          step,
          text: typeof value === "string" ? value : "",
          onMended: () => focusField(field.id),
        }),
  };
}

const NONE: readonly Problem[] = [];

/** What the server had against this very field when it refused the last save. */
function findFieldRefusal({ progress }: OpenFlowState, key: StepKey, id: string): string | undefined {
  if (progress.type !== "refused") return undefined;
  const problem = progress.problems.find((other) => other.key === key && other.field === id);
  return problem && `The server refused this: ${problem.message}`;
}
