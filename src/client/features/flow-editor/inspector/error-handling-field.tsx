import { Plus } from "lucide-react";
import { useMemo } from "react";
import type { Problem } from "#core/dataflow/problem.ts";
import { type JsonPath, isJsonObject } from "#core/json.ts";
import { stepConfig } from "#core/step.ts";
import { useOpenFlow, useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { Button } from "#client/ui/button.tsx";
import { Select } from "#client/ui/select.tsx";
import { Switch } from "#client/ui/switch.tsx";
import { fieldId } from "./config-step-field.ts";
import {
  FALLBACK_TYPES,
  type FallbackType,
  coverEmptyOutput,
  coversEmptyOutput,
  newFallback,
  readFallbacks,
  readPolicy,
  writePolicy,
} from "./error-handling.ts";
import { FallbackItem } from "./fallback-item.tsx";
import { isWithin } from "./field-problems.tsx";
import { focusField } from "./focus-field.ts";
import { type StepField, asText } from "./step-field.ts";
import { useStepForm } from "./step-form-context.ts";
import { useStepField } from "./use-step-field.tsx";
import { wishFocus } from "#client/ui/focus-wish.ts";

const POLICIES = [
  { value: "", label: "Default" },
  { value: "fail", label: "Stop the run" },
  { value: "continue", label: "Go on with the next step" },
  { value: "fallback", label: "Try something else" },
];

const POLICY_PATH = ["config", "errorHandling"];

function isOfPolicy(problem: Problem, path: JsonPath): boolean {
  return isWithin(problem, path) && problem.at[POLICY_PATH.length] !== "fallbacks";
}

const policyField: StepField = {
  id: fieldId(["errorHandling"]),
  read: (step) => readPolicy(stepConfig(step)["errorHandling"]),
  format: asText,
  parse: (text) => ({ type: "value", value: text }),
  edit: (value, step) => ({
    type: "setConfig",
    key: step.key,
    path: ["errorHandling"],
    value: writePolicy(stepConfig(step)["errorHandling"], asText(value)),
  }),
  waits: false,
};

/** What happens when the step fails, and the list of what is tried instead. */
export function ErrorHandlingField() {
  const openFlow = useOpenFlow();
  const { step } = useStepForm();
  const { text, change, leave, warning, notes } = useStepField(policyField, POLICY_PATH, isOfPolicy);
  const handling = stepConfig(step)["errorHandling"];
  const fallbacks = useMemo(() => readFallbacks(handling), [handling]);
  // Rows know their texts by their number, so none moves while a text waits in one.
  const isHeld = useOpenFlowState((state) =>
    state.brokenTexts.some(
      ({ key, field }) => key === step.key && field.startsWith(`${policyField.id}.fallbacks.`),
    ),
  );
  const known = POLICIES.some(({ value }) => value === text);
  const setFallbacks = (value: typeof fallbacks) =>
    openFlow.edit({ type: "setConfig", key: step.key, path: ["errorHandling", "fallbacks"], value });
  const add = (type: FallbackType) => {
    setFallbacks([...fallbacks, newFallback(type)]);
    focusField(fieldId(["errorHandling", "fallbacks", fallbacks.length, "type"]));
  };

  return (
    <div className="flex flex-col gap-3">
      <div data-field={policyField.id}>
        <Select
          label="Error handling"
          hint={text === "" ? "What the platform does when this step fails." : undefined}
          warning={warning}
          notes={notes}
          value={text}
          onChange={(event) => {
            change(event.target.value);
            leave();
          }}
          options={known ? POLICIES : [...POLICIES, { value: text, label: text }]}
        />
      </div>
      {text === "fallback" && (
        <div className="flex flex-col gap-3 border-l-2 border-line pl-3">
          <ol aria-label="Fallbacks" className="flex flex-col gap-3">
            {fallbacks.map((fallback, index) => (
              <FallbackItem
                key={index}
                fallback={fallback}
                index={index}
                count={fallbacks.length}
                isHeld={isHeld}
                onMove={(direction) => {
                  const to = direction === "up" ? index - 1 : index + 1;
                  setFallbacks(fallbacks.toSpliced(index, 1).toSpliced(to, 0, fallback));
                  focusMove(to, direction);
                }}
                onRemove={() => {
                  setFallbacks(fallbacks.toSpliced(index, 1));
                  focusField(policyField.id);
                }}
              />
            ))}
          </ol>
          <div className="-ml-1.5 flex flex-wrap gap-1">
            {FALLBACK_TYPES.map((type) => (
              <Button key={type} size="sm" variant="ghost" icon={Plus} onClick={() => add(type)}>
                {addLabels[type]}
              </Button>
            ))}
          </div>
          {isJsonObject(handling) && (
            <div className="flex items-center justify-between gap-3">
              <span className="text-sm">Also when the output is empty</span>
              <Switch
                label="Also when the output is empty"
                checked={coversEmptyOutput(handling)}
                onCheckedChange={(isCovered) =>
                  openFlow.edit({
                    type: "setConfig",
                    key: step.key,
                    path: ["errorHandling"],
                    value: coverEmptyOutput(handling, isCovered),
                  })
                }
              />
            </div>
          )}
        </div>
      )}
    </div>
  );
}

const addLabels: Readonly<Record<FallbackType, string>> = {
  retry: "Retry",
  model: "Other model",
  message: "Message",
};

/** The focus goes along with what moved, on the control that moved it. */
function focusMove(index: number, direction: "up" | "down"): void {
  wishFocus(() =>
    document.querySelector<HTMLElement>(
      `[data-inspector] [data-fallback="${index}"] [data-move=${direction}]`,
    ),
  );
}
