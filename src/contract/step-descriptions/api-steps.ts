import type { StepTypeDescription } from "#contract/step-description.ts";
import { outputAndAdvancedFields } from "./output-and-advanced-fields.ts";
import {
  assignFieldsToGroup,
  describeJsonField,
  describeLongTextField,
  describeNumberField,
  describeSuggestedChoiceField,
  describeKeyValueField,
  describeTextField,
  MILLISECONDS,
} from "./describe-field.ts";
import { httpRequestFieldDescriptions } from "./http-fields.ts";
import { createAnyJsonSchema, createObjectSchema } from "./value-schemas.ts";

export const apiStepDescriptions: readonly StepTypeDescription[] = [
  {
    type: "api-call",
    label: "API call",
    icon: "Webhook",
    hint: "request",
    sendsRequest: true,
    help: "Send an HTTP request and store the response.",
    terms: "http request webhook rest post curl endpoint slack notify schedule",
    fields: [
      ...assignFieldsToGroup("Request", ...httpRequestFieldDescriptions),
      ...outputAndAdvancedFields(
        [
          describeNumberField("http.timeout", "Timeout", null, MILLISECONDS),
          describeJsonField("auth", "Authentication", "A JSON object. Write secrets as {{secret:NAME}}.", {
            schema: createObjectSchema("Authentication"),
          }),
          describeLongTextField("requestTemplate", "Request template", "Template for the whole request.", {
            type: "prompt",
            schema: createAnyJsonSchema("Request template"),
          }),
        ],
        {
          required: true,
          group: "Response",
          details: [
            describeKeyValueField(
              "responseMapping",
              "Response fields",
              "Store parts of the response by name.",
              { labels: ["Name", "Path in the response"] },
            ),
          ],
        },
      ),
    ],
    newConfig: { http: { method: "GET", url: "" }, outputVariable: "response" },
  },
  {
    type: "paginate-api",
    label: "Paginate API",
    icon: "BookCopy",
    hint: "request",
    help: "Call an API page by page and collect all items.",
    terms: "http request rest list iterate pages",
    fields: [
      ...assignFieldsToGroup(
        "Request",
        describeTextField("url", "URL", "URL of the first page.", {
          required: true,
          placeholder: "https://example.com/items",
        }),
        describeSuggestedChoiceField("paginationType", "Paging", "How the API pages its results.", {
          options: {},
        }),
      ),
      ...assignFieldsToGroup(
        "Response",
        describeTextField("entityPath", "Items path", "Path of the list in each response.", {
          placeholder: "data.items",
        }),
      ),
      ...outputAndAdvancedFields([], { group: "Response" }),
    ],
    newConfig: { url: "", outputVariable: "" },
  },
];
