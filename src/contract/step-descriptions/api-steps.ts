import type { StepDescription } from "#contract/step-description.ts";
import { resultFields } from "./common-fields.ts";
import { json, longText, number, openChoice, pairs, text } from "./describe-field.ts";
import { httpFields } from "./http-fields.ts";
import { anySchema, objectSchema } from "./value-schemas.ts";

export const apiSteps: readonly StepDescription[] = [
  {
    type: "api-call",
    help: "Calls an API, and keeps its answer.",
    fields: [
      ...httpFields,
      ...resultFields(
        [
          number("http.timeout", "Give up after", "How long to wait for an answer.", {
            min: 0,
            whole: true,
            unit: "ms",
          }),
          pairs(
            "responseMapping",
            "Parts to keep",
            "Picks parts of the answer: each gets a name, and the path where it stands in the answer.",
            ["Name", "Path in the answer"],
          ),
          json(
            "auth",
            "Authentication",
            "How the request proves who sends it, as a JSON object; write secrets as {{secret:NAME}}.",
            {
              schema: objectSchema("Authentication"),
            },
          ),
          longText(
            "prompt",
            "requestTemplate",
            "Request template",
            "A template from which the request is made.",
            {
              schema: anySchema("Request template"),
            },
          ),
        ],
        { required: true },
      ),
    ],
    newConfig: { http: { method: "GET", url: "" }, outputVariable: "" },
    errorHandling: true,
  },
  {
    type: "paginate-api",
    help: "Calls an API page after page, and gathers the items of all pages.",
    fields: [
      text("url", "URL", "The address of the first page.", {
        required: true,
        placeholder: "https://example.com/items",
      }),
      openChoice(
        "paginationType",
        "Paging",
        "How the API leads from one page to the next, as the platform names it.",
        {},
      ),
      text("entityPath", "Path of the items", "Where the items stand in each answer.", {
        placeholder: "data.items",
      }),
      ...resultFields(),
    ],
    newConfig: { url: "", outputVariable: "" },
    errorHandling: true,
  },
];
