import { useMemo, useState } from "react";
import type { FieldControl, FieldDescription } from "#contract/step-description.ts";
import type { JsonPath } from "#core/json.ts";
import { useOpenFlow } from "#client/document/use-open-flow.tsx";
import { findBroken } from "#client/features/flow-editor/find-step-problem.ts";
import { configStepField } from "./config-step-field.ts";
import { canShow, canShowText } from "./field-text.ts";
import { FieldView } from "./field-view.tsx";
import { useStepForm } from "./step-form-context.ts";
import { useStepField } from "./use-step-field.tsx";

const JSON_CONTROL: FieldControl = { type: "json" };

/** One field of a step's config, in the control that its description asks for, or as JSON where that cannot show it. */
export function ConfigFormField({ field }: { readonly field: FieldDescription }) {
  const openFlow = useOpenFlow();
  const { step } = useStepForm();
  const [described] = useState(() => configStepField(field));
  const fits = canShow(field.control, described.read(step));
  const [wasJson, setWasJson] = useState(() => {
    const waiting = findBroken(openFlow.getState(), step.key, described.id);
    return waiting !== undefined && !canShowText(field.control, waiting.text);
  });
  // It stays JSON while it is on the page: what is being typed must not turn into another control under the fingers.
  if (!fits && !wasJson) setWasJson(true);
  const isJson = wasJson || !fits;
  const control = isJson ? JSON_CONTROL : field.control;
  const stepField = useMemo(
    () => (isJson ? configStepField(field, JSON_CONTROL) : described),
    [field, described, isJson],
  );
  const path: JsonPath = ["config", ...stepField.path(step)];
  const bound = useStepField(stepField, path);
  return (
    <div data-field={stepField.id} data-path={path.join(".")}>
      <FieldView field={field} control={control} bound={bound} path={path} />
    </div>
  );
}
