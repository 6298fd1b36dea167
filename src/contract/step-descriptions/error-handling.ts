import * as z from "zod/mini";
import { createValueOrObjectSchema } from "./value-or-object-schema.ts";
import { createChoiceSchema, createNumberSchema, createTextSchema } from "./value-schemas.ts";

const delay = z.optional(createNumberSchema("Delay", { min: 0, max: 60_000, whole: true }));

const trigger = z.looseObject(
  { type: createChoiceSchema("Trigger", ["error", "empty-output"]) },
  "A trigger must be an object.",
);

const fallback = z.looseObject(
  {
    type: createChoiceSchema("Fallback", ["retry", "model", "message", "flow"]),
    delay,
    model: z.optional(createTextSchema("Model")),
    message: z.optional(createTextSchema("Message")),
    temperature: z.optional(createNumberSchema("Temperature", { min: 0, max: 2 })),
    maxTokens: z.optional(createNumberSchema("Max tokens", { min: 1, whole: true })),
  },
  "A fallback must be an object.",
);

/** In every documented form: one word, or an object with fallbacks. Delays are in milliseconds. */
export const errorHandlingSchema = createValueOrObjectSchema(
  z.enum(
    ["fail", "continue", "retry"],
    "Error handling must be fail, continue or retry, or an object that names onError.",
  ),
  z.looseObject({
    onError: createChoiceSchema("On error", ["fail", "continue", "fallback"]),
    triggers: z.optional(z.array(trigger, "Triggers must be a list.")),
    fallbacks: z.optional(z.array(fallback, "Fallbacks must be a list.")),
  }),
);
