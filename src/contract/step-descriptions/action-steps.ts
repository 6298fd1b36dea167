import type { StepConfigFieldDescription, StepTypeDescription } from "#contract/step-description.ts";
import { outputAndAdvancedFields } from "./output-and-advanced-fields.ts";
import {
  assignFieldsToGroup,
  describeChoiceField,
  describeJsonField,
  describeLongTextField,
  describeSuggestedChoiceField,
  describeKeyValueField,
  describeTextField,
  describeToggleField,
  describeVariableField,
} from "./describe-field.ts";
import { pdfOptionFields } from "./pdf-options.ts";
import { createObjectSchema } from "./value-schemas.ts";

const visibility: StepConfigFieldDescription = describeChoiceField(
  "visibility",
  "Visibility",
  "Public files open for anyone who has the URL.",
  { options: { private: "Private", public: "Public" } },
);

export const actionStepDescriptions: readonly StepTypeDescription[] = [
  {
    type: "transform-data",
    label: "Transform data",
    icon: "Braces",
    hint: [["script"]],
    help: "Run code on earlier results.",
    terms:
      "code javascript script js python function map filter json format merge split parse typescript regex csv formatter aggregate sort calculate compute count classify error",
    fields: [
      ...assignFieldsToGroup(
        "Code",
        describeLongTextField(
          "script",
          "Script",
          "Return the result. Earlier results are variables, for example total or input.total.",
          {
            type: "script",
            required: true,
          },
        ),
      ),
      ...outputAndAdvancedFields([
        describeChoiceField("language", "Language", null, {
          options: {
            javascript: "JavaScript",
            typescript: "TypeScript",
            python: "Python",
          },
        }),
        describeChoiceField("sandboxProvider", "Runs in", null, {
          options: {
            "cloudflare-worker": "Cloudflare Worker",
            quickjs: "QuickJS",
            "runtype-sandbox": "Runtype sandbox",
            daytona: "Daytona",
          },
          default: "cloudflare-worker",
          old: ["cloudflare-sandbox"],
        }),
      ]),
    ],
    newConfig: { script: "return {};", outputVariable: "" },
  },
  {
    type: "template",
    label: "Template",
    icon: "FileText",
    hint: [["template"]],
    help: "Render a Liquid template with earlier results.",
    terms: "liquid format html text json render merge write reply message answer",
    fields: [
      ...assignFieldsToGroup(
        "Content",
        describeLongTextField(
          "template",
          "Template",
          "Liquid: {{ name }} inserts a value, {% if %} branches, {% for %} repeats.",
          { type: "liquid", required: true },
        ),
      ),
      ...assignFieldsToGroup(
        "Output",
        describeSuggestedChoiceField("outputFormat", "Format", null, {
          options: {
            text: "Plain text",
            markdown: "Markdown",
            html: "HTML",
            "email-html": "HTML for email",
            pdf: "PDF",
          },
        }),
      ),
      ...outputAndAdvancedFields([
        describeKeyValueField("inputs", "Inputs", "Extra variables for this template.", {
          labels: ["Name", "Value"],
          schema: createObjectSchema("Inputs"),
          liquid: "inputs",
        }),
        describeKeyValueField("partials", "Partials", "Templates that this one can include by name.", {
          labels: ["Name", "Template"],
          liquid: "templates",
        }),
        ...pdfOptionFields,
        describeToggleField("asArtifact", "Save as artifact", "Save the result with the run."),
        describeJsonField("sampleData", "Sample data", "Sample values for previews."),
      ]),
    ],
    newConfig: { template: "", outputFormat: "text", outputVariable: "" },
  },
  {
    type: "generate-pdf",
    label: "Generate PDF",
    icon: "FileType",
    hint: [["filename", "markdown", "html"]],
    help: "Create a PDF from Markdown or HTML.",
    terms: "file document format report print",
    fields: [
      ...assignFieldsToGroup(
        "Content",
        describeLongTextField("markdown", "Markdown", "Leave empty to use HTML.", {
          type: "prompt",
        }),
        describeLongTextField("html", "HTML", "Leave empty to use Markdown.", {
          type: "prompt",
        }),
      ),
      ...assignFieldsToGroup(
        "Output",
        describeTextField("filename", "File name", null, { placeholder: "report.pdf" }),
      ),
      ...outputAndAdvancedFields([visibility, ...pdfOptionFields]),
    ],
    newConfig: { markdown: "", filename: "", outputVariable: "" },
  },
  {
    type: "store-asset",
    label: "Store asset",
    icon: "HardDriveUpload",
    hint: [["filename", "url"]],
    help: "Store a file from a URL or from its content.",
    terms: "file image upload save cdn",
    fields: [
      ...assignFieldsToGroup(
        "File",
        describeTextField("url", "URL", "The file is copied from this URL.", {
          placeholder: "https://example.com/picture.png",
        }),
        describeTextField("content", "Content", "Base64. Used if no URL is set."),
        describeTextField("filename", "File name", null, {
          placeholder: "picture.png",
        }),
      ),
      ...outputAndAdvancedFields([
        describeTextField("contentType", "Content type", null, { placeholder: "image/png" }),
        visibility,
      ]),
    ],
    newConfig: { url: "", filename: "", outputVariable: "" },
  },
  {
    type: "store-vector",
    label: "Store vector",
    icon: "DatabaseZap",
    hint: [["destination"], ["vectorsSource"]],
    help: "Store vectors for semantic search.",
    terms: "rag embedding index database upload",
    fields: [
      ...assignFieldsToGroup(
        "Content",
        describeVariableField("vectorsSource", "Vectors from", "Variable with the vectors."),
        describeTextField("destination", "Store in", "Collection that receives the vectors."),
      ),
      ...outputAndAdvancedFields(),
    ],
    newConfig: { vectorsSource: "", destination: "", outputVariable: "" },
  },
];
