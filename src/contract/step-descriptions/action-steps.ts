import type { FieldDescription, StepDescription } from "#contract/step-description.ts";
import { resultFields } from "./common-fields.ts";
import { choice, json, longText, openChoice, pairs, text, toggle, variable } from "./describe-field.ts";
import { pdfOptions } from "./pdf-options.ts";
import { objectSchema } from "./value-schemas.ts";

const visibility: FieldDescription = choice(
  "visibility",
  "Visibility",
  "Who may open the file: everyone who has its address, or only those with access.",
  { private: "Private", public: "Public" },
);

export const actionSteps: readonly StepDescription[] = [
  {
    type: "transform-data",
    help: "Runs code over the results of earlier steps, and keeps what it returns.",
    fields: [
      longText(
        "script",
        "script",
        "Script",
        "Code that returns the result, and reads earlier ones as input.name.",
        {
          required: true,
        },
      ),
      ...resultFields([
        choice("language", "Language", "The language that the script is written in.", {
          javascript: "JavaScript",
          typescript: "TypeScript",
          python: "Python",
        }),
        choice(
          "sandboxProvider",
          "Runs in",
          "The closed environment that runs the script.",
          {
            "cloudflare-worker": "Cloudflare Worker",
            quickjs: "QuickJS",
            "runtype-sandbox": "Runtype sandbox",
            daytona: "Daytona",
          },
          { default: "cloudflare-worker", old: ["cloudflare-sandbox"] },
        ),
      ]),
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
        "Liquid text: {{ name }} inserts a value, {% if %} chooses and {% for %} repeats.",
        {
          required: true,
        },
      ),
      openChoice("outputFormat", "Format", "What the filled template is.", {
        text: "Plain text",
        markdown: "Markdown",
        html: "HTML",
        "email-html": "HTML for email",
        pdf: "PDF",
      }),
      ...resultFields([
        pairs(
          "inputs",
          "Inputs",
          "Values that the template reads under names of their own.",
          ["Name", "Value"],
          { schema: objectSchema("Inputs"), liquid: "inputs" },
        ),
        pairs(
          "partials",
          "Partials",
          "Smaller templates that this one includes by name.",
          ["Name", "Template"],
          { liquid: "templates" },
        ),
        ...pdfOptions,
        toggle("asArtifact", "Keep as an artifact", "Whether the result is kept as an artifact of the run."),
        json("sampleData", "Sample data", "Example values for trying the template out, as JSON."),
      ]),
    ],
    newConfig: { template: "", outputFormat: "text", outputVariable: "" },
    errorHandling: true,
  },
  {
    type: "generate-pdf",
    help: "Makes a PDF from Markdown or HTML.",
    fields: [
      longText("prompt", "markdown", "Markdown", "What the PDF shows; leave this empty if you write HTML."),
      longText("prompt", "html", "HTML", "What the PDF shows; leave this empty if you write Markdown."),
      text("filename", "File name", "The name of the file.", { placeholder: "report.pdf" }),
      ...resultFields([visibility, ...pdfOptions]),
    ],
    newConfig: { markdown: "", filename: "", outputVariable: "" },
    errorHandling: true,
  },
  {
    type: "store-asset",
    help: "Stores a file, from an address or from its content.",
    fields: [
      text("url", "URL", "The address that the file is copied from.", {
        placeholder: "https://example.com/picture.png",
      }),
      text("content", "Content", "The file itself in Base64, where it has no address."),
      text("filename", "File name", "The name under which the file is stored.", {
        placeholder: "picture.png",
      }),
      ...resultFields([
        text("contentType", "Content type", "What kind of file it is.", { placeholder: "image/png" }),
        visibility,
      ]),
    ],
    newConfig: { url: "", filename: "", outputVariable: "" },
    errorHandling: true,
  },
  {
    type: "store-vector",
    help: "Stores vectors, so that vector searches find them.",
    fields: [
      variable("vectorsSource", "Vectors from", "The variable that holds the vectors to store."),
      text("destination", "Store in", "The collection that the vectors are added to."),
      ...resultFields(),
    ],
    newConfig: { vectorsSource: "", destination: "", outputVariable: "" },
    errorHandling: true,
  },
];
