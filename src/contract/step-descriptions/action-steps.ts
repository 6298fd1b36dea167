import type { StepDescription } from "#contract/step-description.ts";
import { resultFields } from "./common-fields.ts";
import { advanced, choice, json, longText, openChoice, pairs, toggle } from "./describe-field.ts";
import { pdfOptions } from "./pdf-options.ts";
import { objectSchema } from "./value-schemas.ts";

export const actionSteps: readonly StepDescription[] = [
  {
    type: "transform-data",
    help: "Runs code over the results of earlier steps, and keeps what it returns.",
    fields: [
      longText(
        "script",
        "script",
        "Script",
        "Code that returns the result; it reads earlier results by name, such as input.page.",
        { required: true },
      ),
      ...resultFields(),
      ...advanced(
        choice("language", "Language", "The language that the script is written in.", {
          javascript: "JavaScript",
          typescript: "TypeScript",
          python: "Python",
        }),
        choice(
          "sandboxProvider",
          "Runs in",
          "The closed environment in which the script runs.",
          {
            "cloudflare-worker": "Cloudflare Worker",
            quickjs: "QuickJS",
            "runtype-sandbox": "Runtype sandbox",
            daytona: "Daytona",
          },
          { default: "cloudflare-worker", old: ["cloudflare-sandbox"] },
        ),
      ),
    ],
    newConfig: { script: "return {};", outputVariable: "" },
    errorHandling: true,
  },
  {
    type: "template",
    help: "Fills a Liquid template with the results of earlier steps.",
    fields: [
      longText(
        "liquid",
        "template",
        "Template",
        "Liquid: {{ name }} inserts a value, {% if %} and {% for %} control it.",
        {
          required: true,
        },
      ),
      openChoice("outputFormat", "Format", "What the filled template is.", {
        text: "Plain text",
        markdown: "Markdown",
        html: "HTML",
        "email-html": "HTML for e-mail",
        pdf: "PDF",
      }),
      ...resultFields(),
      ...advanced(
        pairs(
          "inputs",
          "Inputs",
          "Values that the template reads under names of their own.",
          ["Name", "Value"],
          {
            schema: objectSchema("Inputs"),
          },
        ),
        pairs("partials", "Partials", "Smaller templates that this one can include by name.", [
          "Name",
          "Template",
        ]),
        ...pdfOptions,
        toggle("asArtifact", "Keep as a file", "Whether the result is kept as a file of its own."),
        json("sampleData", "Sample data", "Example values for trying the template out."),
      ),
    ],
    newConfig: { template: "", outputFormat: "text", outputVariable: "" },
    errorHandling: true,
  },
];
