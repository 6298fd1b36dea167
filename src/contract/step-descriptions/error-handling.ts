import * as z from "zod/mini";
import { eitherSchema } from "./either-schema.ts";
import { choiceSchema, numberSchema, textSchema } from "./value-schemas.ts";

const delay = z.optional(numberSchema("The delay", { min: 0, max: 60_000, whole: true }));

const trigger = z.looseObject(
  { type: choiceSchema("The trigger", ["error", "empty-output"]) },
  "A trigger must be an object.",
);

const fallback = z.looseObject(
  {
    type: choiceSchema("The fallback", ["retry", "model", "message", "flow"]),
    delay,
    model: z.optional(textSchema("The model")),
    message: z.optional(textSchema("The message")),
    temperature: z.optional(numberSchema("The temperature", { min: 0, max: 2 })),
    maxTokens: z.optional(numberSchema("The maximum of tokens", { min: 1, whole: true })),
  },
  "A fallback must be an object.",
);

/**
 * `config.errorHandling`, in every form that sources use: one word, or an object with the fallbacks that are tried one
 * after the other. A delay is in milliseconds.
 */
export const errorHandling = eitherSchema(
  z.enum(
    ["fail", "continue", "retry"],
    "Error handling must be fail, continue or retry, or an object that names onError.",
  ),
  z.looseObject({
    onError: choiceSchema("The choice for errors", ["fail", "continue", "fallback"]),
    triggers: z.optional(z.array(trigger, "The triggers must be a list.")),
    fallbacks: z.optional(z.array(fallback, "The fallbacks must be a list.")),
  }),
);
