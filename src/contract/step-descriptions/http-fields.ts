import type { StepConfigFieldDescription } from "#contract/step-description.ts";
import {
  describeChoiceField,
  describeLongTextField,
  describeKeyValueField,
  describeTextField,
} from "./describe-field.ts";
import { createAnyJsonSchema } from "./value-schemas.ts";

export const httpRequestFieldDescriptions: readonly StepConfigFieldDescription[] = [
  describeChoiceField("http.method", "Method", null, {
    options: { GET: "GET", POST: "POST", PUT: "PUT", PATCH: "PATCH", DELETE: "DELETE" },
    default: "GET",
    anyCase: true,
  }),
  describeTextField("http.url", "URL", "Type {{ to insert a variable.", {
    required: true,
    placeholder: "https://example.com/items/{{item.id}}",
  }),
  describeKeyValueField("http.headers", "Headers", "Write secrets as {{secret:NAME}}.", {
    labels: ["Header", "Value"],
  }),
  describeLongTextField("http.body", "Body", "Text or JSON. Type {{ to insert a variable.", {
    type: "prompt",
    schema: createAnyJsonSchema("Body"),
  }),
];
