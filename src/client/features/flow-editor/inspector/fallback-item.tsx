import { ArrowDown, ArrowUp, X } from "lucide-react";
import { useMemo } from "react";
import type { FieldDescription } from "#contract/step-description.ts";
import { numberSchema, textSchema } from "#contract/step-descriptions/value-schemas.ts";
import type { JsonObject } from "#core/json.ts";
import * as z from "zod/mini";
import { IconButton } from "#client/ui/icon-button.tsx";
import { ConfigFormField } from "./config-form-field.tsx";
import { type FallbackType, fallbackType } from "./error-handling.ts";

type FallbackItemProps = {
  readonly fallback: JsonObject;
  readonly index: number;
  readonly count: number;
  /** A text in the list waits to be mended, so nothing moves. */
  readonly isHeld: boolean;
  readonly onMove: (direction: "up" | "down") => void;
  readonly onRemove: () => void;
};

/** One thing that is tried when the step fails. Keys that its fields do not show stay as they are. */
export function FallbackItem({ fallback, index, count, isHeld, onMove, onRemove }: FallbackItemProps) {
  const type = fallbackType(fallback);
  const fields = useMemo(() => describeFallback(index, type), [index, type]);
  const held = isHeld ? "Fix or discard the marked text first." : undefined;
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
          disabledReason={held ?? (index === 0 ? "This is tried first already." : undefined)}
          onClick={() => onMove("up")}
        />
        <IconButton
          label={`Move fallback ${index + 1} down`}
          data-move="down"
          icon={ArrowDown}
          disabledReason={held ?? (index === count - 1 ? "This is tried last already." : undefined)}
          onClick={() => onMove("down")}
        />
        <IconButton
          label={`Remove fallback ${index + 1}`}
          icon={X}
          disabledReason={held}
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

function describeFallback(index: number, type: FallbackType | undefined): readonly FieldDescription[] {
  const at = (key: string) => ["errorHandling", "fallbacks", index, key];
  const kind: FieldDescription = {
    path: at("type"),
    label: `Fallback ${index + 1}`,
    control: {
      type: "choice",
      options: [
        { value: "retry", label: "Try again" },
        { value: "model", label: "Ask another model" },
        { value: "message", label: "Answer with a message" },
      ],
    },
    schema: z.optional(textSchema("The fallback")),
    required: true,
  };
  const delay: FieldDescription = {
    path: at("delay"),
    label: "Wait before",
    control: { type: "number", min: 0, max: 60_000, step: 500, unit: "ms" },
    schema: z.optional(numberSchema("The delay", { min: 0, max: 60_000, whole: true })),
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
          control: { type: "text", templates: false },
          schema: textSchema("The model", true),
          required: true,
        },
        {
          path: at("temperature"),
          label: "Temperature",
          control: { type: "number", min: 0, max: 2, step: 0.1 },
          schema: z.optional(numberSchema("Temperature", { min: 0, max: 2 })),
        },
        {
          path: at("maxTokens"),
          label: "Maximum tokens",
          control: { type: "number", min: 1 },
          schema: z.optional(numberSchema("Maximum tokens", { min: 1, whole: true })),
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
          schema: textSchema("The message", true),
          required: true,
        },
        delay,
      ];
    case undefined:
      return [kind];
  }
}
