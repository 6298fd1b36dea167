import { Plus, ArrowDown, ArrowUp, X } from "lucide-react";
import { useMemo } from "react";
import type { Problem } from "#core/dataflow/problem.ts";
import {
  type JsonPath,
  type JsonObject,
  isJsonObject,
  type JsonValue,
  copyObjectWithKey,
  copyObjectWithoutKey,
} from "#core/json/json.ts";
import { getStepConfig } from "#core/document/step.ts";
import { useOpenFlow, useOpenFlowState, useViewOnlyReason } from "#client/document/use-open-flow.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { Select } from "#client/ui/controls/select.tsx";
import { Switch } from "#client/ui/controls/switch.tsx";
import { buildConfigFieldId } from "./config-step-field.ts";
import { isProblemAtOrBelowPath } from "./field-problems.tsx";
import { focusInspectorField } from "./focus-field.ts";
import { type StepFieldDefinition, getStringOrEmptyText } from "./step-field.ts";
import { buildStepFieldControlProps, useStepForm, useStepField } from "./use-step-field.tsx";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import type { StepConfigFieldDescription } from "#contract/step-description.ts";
import { createNumberSchema, createTextSchema } from "#contract/step-descriptions/value-schemas.ts";
import * as z from "zod/mini";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { ConfigFormField } from "./config-form-field.tsx";

const POLICIES = [
  { value: "", label: "Default" },
  { value: "fail", label: "Stop the run" },
  { value: "continue", label: "Continue" },
  { value: "fallback", label: "Use a fallback" },
];

const POLICY_PATH = ["config", "errorHandling"];

function isOfPolicy(problem: Problem, path: JsonPath): boolean {
  return isProblemAtOrBelowPath(problem, path) && problem.at[POLICY_PATH.length] !== "fallbacks";
}

const policyField: StepFieldDefinition = {
  id: buildConfigFieldId(["errorHandling"]),
  read: (step) => readErrorHandlingPolicy(getStepConfig(step)["errorHandling"]),
  format: getStringOrEmptyText,
  parse: (text) => ({ type: "value", value: text }),
  edit: (value, step) => ({
    type: "setConfig",
    key: step.key,
    path: ["errorHandling"],
    value: replaceErrorHandlingPolicy(getStepConfig(step)["errorHandling"], getStringOrEmptyText(value)),
  }),
};

export function ErrorHandlingField() {
  const openFlow = useOpenFlow();
  const { step } = useStepForm();
  const bound = useStepField(policyField, POLICY_PATH, isOfPolicy);
  const { text } = bound;
  const handling = getStepConfig(step)["errorHandling"];
  const fallbacks = useMemo(() => readErrorHandlingFallbacks(handling), [handling]);
  // Disables moving and removing rows while a row has invalid input: invalid input is stored by row index, and would
  // appear in another row.
  const isHeld = useOpenFlowState((state) =>
    state.invalidInputs.some(
      ({ key, field }) => key === step.key && field.startsWith(`${policyField.id}.fallbacks.`),
    ),
  );
  const viewOnlyReason = useViewOnlyReason();
  const known = POLICIES.some(({ value }) => value === text);
  const setFallbacks = (value: typeof fallbacks) =>
    openFlow.edit({ type: "setConfig", key: step.key, path: ["errorHandling", "fallbacks"], value });
  const add = (type: FallbackType) => {
    setFallbacks([...fallbacks, newFallback(type)]);
    focusInspectorField(buildConfigFieldId(["errorHandling", "fallbacks", fallbacks.length, "type"]));
  };

  return (
    <div className="col-span-2 flex flex-col gap-3">
      <div data-field={policyField.id}>
        <Select
          {...buildStepFieldControlProps({ label: "Error handling" }, bound)}
          value={text}
          onChange={(event) => {
            bound.change(event.target.value);
            bound.leave();
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
                  focusMoveButton(to, direction);
                }}
                onRemove={() => {
                  setFallbacks(fallbacks.toSpliced(index, 1));
                  focusInspectorField(policyField.id);
                }}
              />
            ))}
          </ol>
          <div className="-ml-1.5 flex flex-wrap gap-1">
            {FALLBACK_TYPES.map((type) => (
              <Button
                key={type}
                size="sm"
                variant="ghost"
                icon={Plus}
                disabledReason={viewOnlyReason}
                onClick={() => add(type)}
              >
                {addLabels[type]}
              </Button>
            ))}
          </div>
          {isJsonObject(handling) && (
            <div className="flex items-center justify-between gap-3">
              <span className="text-sm">Also on empty output</span>
              <Switch
                label="Also on empty output"
                disabledReason={viewOnlyReason}
                checked={hasEmptyOutputTrigger(handling)}
                onCheckedChange={(isCovered) =>
                  openFlow.edit({
                    type: "setConfig",
                    key: step.key,
                    path: ["errorHandling"],
                    value: setEmptyOutputTrigger(handling, isCovered),
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

function focusMoveButton(index: number, direction: "up" | "down"): void {
  requestFocusWhenRendered(() =>
    document.querySelector<HTMLElement>(
      `[data-inspector] [data-fallback="${index}"] [data-move=${direction}]`,
    ),
  );
}

type FallbackItemProps = {
  readonly fallback: JsonObject;
  readonly index: number;
  readonly count: number;
  readonly isHeld: boolean;
  readonly onMove: (direction: "up" | "down") => void;
  readonly onRemove: () => void;
};

function FallbackItem({ fallback, index, count, isHeld, onMove, onRemove }: FallbackItemProps) {
  const type = fallbackType(fallback);
  const fields = useMemo(() => describeFallback(index, type), [index, type]);
  const viewOnlyReason = useViewOnlyReason();
  const blockedReason = viewOnlyReason ?? (isHeld ? "Fix or discard the invalid text first." : undefined);
  const [kind, ...rest] = fields;
  const numbers = rest.filter(({ control }) => control.type === "number");
  const texts = rest.filter(({ control }) => control.type !== "number");
  return (
    <li data-fallback={index} className="flex flex-col gap-2">
      <div className="flex items-end gap-0.5">
        <div className="min-w-0 flex-1">{kind && <ConfigFormField key={type} field={kind} />}</div>
        <IconButton
          label={`Move fallback ${index + 1} up`}
          data-move="up"
          icon={ArrowUp}
          size="sm"
          disabledReason={blockedReason ?? (index === 0 ? "Already first." : undefined)}
          onClick={() => onMove("up")}
        />
        <IconButton
          label={`Move fallback ${index + 1} down`}
          data-move="down"
          icon={ArrowDown}
          size="sm"
          disabledReason={blockedReason ?? (index === count - 1 ? "Already last." : undefined)}
          onClick={() => onMove("down")}
        />
        <IconButton
          label={`Remove fallback ${index + 1}`}
          icon={X}
          size="sm"
          disabledReason={blockedReason}
          onClick={onRemove}
        />
      </div>
      {texts.map((field) => (
        <ConfigFormField key={String(field.path.at(-1))} field={field} />
      ))}
      <div className="grid grid-cols-[repeat(auto-fit,minmax(6.75rem,1fr))] items-end gap-2">
        {numbers.map((field) => (
          <ConfigFormField key={String(field.path.at(-1))} field={field} />
        ))}
      </div>
    </li>
  );
}

function describeFallback(
  index: number,
  type: FallbackType | undefined,
): readonly StepConfigFieldDescription[] {
  const at = (key: string) => ["errorHandling", "fallbacks", index, key];
  const kind: StepConfigFieldDescription = {
    path: at("type"),
    label: `Fallback ${index + 1}`,
    control: {
      type: "choice",
      options: [
        { value: "retry", label: "Retry" },
        { value: "model", label: "Use another model" },
        { value: "message", label: "Return a message" },
      ],
    },
    schema: z.optional(createTextSchema("Fallback")),
    required: true,
  };
  const delay: StepConfigFieldDescription = {
    path: at("delay"),
    label: "Delay",
    control: { type: "number", min: 0, max: 60_000, step: 500, unit: "ms" },
    schema: z.optional(createNumberSchema("Delay", { min: 0, max: 60_000, whole: true })),
  };
  switch (type) {
    case "retry":
      return [kind, delay];
    case "model":
      return [
        kind,
        {
          path: at("model"),
          label: "Model",
          control: { type: "choice", options: [], open: true, suggests: "models" },
          schema: createTextSchema("Model", true),
          required: true,
        },
        {
          path: at("temperature"),
          label: "Temperature",
          control: { type: "number", min: 0, max: 2, step: 0.1 },
          schema: z.optional(createNumberSchema("Temperature", { min: 0, max: 2 })),
        },
        {
          path: at("maxTokens"),
          label: "Max tokens",
          control: { type: "number", min: 1 },
          schema: z.optional(createNumberSchema("Max tokens", { min: 1, whole: true })),
        },
        delay,
      ];
    case "message":
      return [
        kind,
        {
          path: at("message"),
          label: "Message",
          control: { type: "prompt" },
          schema: createTextSchema("Message", true),
          required: true,
        },
        delay,
      ];
    case undefined:
      return [kind];
  }
}

// `config.errorHandling` is either a policy name or an object with `onError` and `fallbacks`. Reading accepts both
// forms; writing keeps the form and unknown keys where the new policy allows.

/** Returns the name of the policy, which may be unknown, or an empty text if no policy is set. */
export function readErrorHandlingPolicy(value: JsonValue | undefined): string {
  if (typeof value === "string") return value;
  if (!isJsonObject(value)) return "";
  return typeof value["onError"] === "string" ? value["onError"] : "";
}

/**
 * Returns the new value of `errorHandling`; undefined removes the key, so that the default applies. Only the policy
 * “fallback” needs the object form.
 */
export function replaceErrorHandlingPolicy(
  value: JsonValue | undefined,
  policy: string,
): JsonValue | undefined {
  if (policy === "") return undefined;
  if (policy === readErrorHandlingPolicy(value)) return value;
  if (typeof value === "string" && policy !== "fallback") return policy;
  const before = isJsonObject(value) ? value : {};
  const next = copyObjectWithKey(before, "onError", policy);
  if (policy !== "fallback" || Array.isArray(next["fallbacks"])) return next;
  return copyObjectWithKey(next, "fallbacks", [newFallback("retry")]);
}

const FALLBACK_TYPES = ["retry", "model", "message"] as const;
type FallbackType = (typeof FALLBACK_TYPES)[number];

function newFallback(type: FallbackType): JsonObject {
  switch (type) {
    case "retry":
      return { type, delay: 1000 };
    case "model":
      return { type, model: "" };
    case "message":
      return { type, message: "" };
  }
}

/**
 * Returns the fallbacks in order. Reads an entry that is not an object as `{}`, which is shown as a fallback of unknown
 * type.
 */
export function readErrorHandlingFallbacks(value: JsonValue | undefined): readonly JsonObject[] {
  const fallbacks = isJsonObject(value) ? value["fallbacks"] : undefined;
  return Array.isArray(fallbacks) ? fallbacks.map((item) => (isJsonObject(item) ? item : {})) : [];
}

function fallbackType(fallback: JsonObject): FallbackType | undefined {
  return FALLBACK_TYPES.find((type) => type === fallback["type"]);
}

export function hasEmptyOutputTrigger(value: JsonValue | undefined): boolean {
  return readTriggers(value).some(isEmptyOutput);
}

export function setEmptyOutputTrigger(value: JsonObject, isCovered: boolean): JsonObject {
  const triggers = readTriggers(value);
  if (isCovered) {
    const before = triggers.length > 0 ? triggers : [{ type: "error" }];
    return copyObjectWithKey(value, "triggers", [
      ...before.filter((item) => !isEmptyOutput(item)),
      { type: "empty-output" },
    ]);
  }
  const remaining = triggers.filter((item) => !isEmptyOutput(item));
  // Omits `triggers` if only the default trigger `error` is left.
  const isPlain = remaining.length === 0 || (remaining.length === 1 && isPlainError(remaining[0]));
  return isPlain ? copyObjectWithoutKey(value, "triggers") : copyObjectWithKey(value, "triggers", remaining);
}

function readTriggers(value: JsonValue | undefined): readonly JsonValue[] {
  const triggers = isJsonObject(value) ? value["triggers"] : undefined;
  return Array.isArray(triggers) ? triggers : [];
}

const isEmptyOutput = (trigger: JsonValue) => isJsonObject(trigger) && trigger["type"] === "empty-output";

const isPlainError = (trigger: JsonValue | undefined) =>
  isJsonObject(trigger) && trigger["type"] === "error" && Object.keys(trigger).length === 1;
