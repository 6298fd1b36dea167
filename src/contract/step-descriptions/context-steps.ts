import type { StepDescription } from "#contract/step-description.ts";
import { resultFields } from "./common-fields.ts";
import { advanced, choice, json } from "./describe-field.ts";
import { httpFields } from "./http-fields.ts";
import { objectSchema } from "./value-schemas.ts";

export const contextSteps: readonly StepDescription[] = [
  {
    type: "fetch-url",
    help: "Reads a web page or calls an address, and keeps what comes back.",
    fields: [
      ...httpFields,
      choice("responseType", "Read as", "How the answer is read.", {
        text: "Text",
        json: "JSON",
        xml: "XML",
      }),
      ...resultFields(),
      ...advanced(
        choice("fetchMethod", "Fetch with", "A plain request, or Firecrawl for pages that need a browser.", {
          http: "Plain request",
          firecrawl: "Firecrawl",
        }),
        json("firecrawl", "Firecrawl settings", "Passed on to Firecrawl as they are.", {
          schema: objectSchema("Firecrawl settings"),
        }),
      ),
    ],
    newConfig: { http: { method: "GET", url: "" }, outputVariable: "" },
    errorHandling: true,
  },
];
