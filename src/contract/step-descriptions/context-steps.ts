import type { StepTypeDescription } from "#contract/step-description.ts";
import { outputAndAdvancedFields } from "./output-and-advanced-fields.ts";
import {
  assignFieldsToGroup,
  describeChoiceField,
  describeJsonField,
  describeNumberField,
  describeSuggestedChoiceField,
  describeTextField,
  describeTextListField,
  describeToggleField,
} from "./describe-field.ts";
import { embeddingModelFieldDescription } from "./embedding-model.ts";
import { httpRequestFieldDescriptions } from "./http-fields.ts";
import { createObjectSchema } from "./value-schemas.ts";

export const contextStepDescriptions: readonly StepTypeDescription[] = [
  {
    type: "fetch-url",
    label: "Fetch URL",
    icon: "Globe",
    hint: "request",
    sendsRequest: true,
    help: "Fetch a web page or an HTTP endpoint.",
    terms: "http request get scrape web page download html",
    fields: [
      ...assignFieldsToGroup("Request", ...httpRequestFieldDescriptions),
      ...assignFieldsToGroup(
        "Response",
        describeChoiceField("responseType", "Read as", "Default: from the content type.", {
          options: {
            text: "Text",
            json: "JSON",
            xml: "XML",
          },
        }),
      ),
      ...outputAndAdvancedFields(
        [
          describeChoiceField("fetchMethod", "Fetch with", "Firecrawl renders pages as a browser does.", {
            options: {
              http: "Plain request",
              firecrawl: "Firecrawl",
            },
          }),
          describeJsonField("firecrawl", "Firecrawl settings", "A JSON object that is passed to Firecrawl.", {
            schema: createObjectSchema("Firecrawl settings"),
          }),
        ],
        { group: "Response" },
      ),
    ],
    newConfig: { http: { method: "GET", url: "" }, outputVariable: "" },
  },
  {
    type: "crawl",
    label: "Crawl website",
    icon: "Network",
    hint: "host",
    help: "Read a website page by page, following links.",
    terms: "scrape website spider pages",
    fields: [
      ...assignFieldsToGroup(
        "Source",
        describeTextField("url", "URL", "First page.", {
          required: true,
          placeholder: "https://example.com",
        }),
        describeNumberField("limit", "Max pages", null, {
          min: 1,
          whole: true,
          unit: "pages",
        }),
        describeNumberField("depth", "Depth", "Links to follow from the first page.", {
          min: 0,
          whole: true,
          unit: "links",
        }),
      ),
      ...outputAndAdvancedFields(),
    ],
    newConfig: { url: "", outputVariable: "" },
  },
  {
    type: "fetch-github",
    label: "Fetch GitHub",
    icon: "FolderGit2",
    hint: [["repository", "repo"], ["path"]],
    help: "Read files from a GitHub repository.",
    terms: "git repository code files",
    fields: [
      ...assignFieldsToGroup(
        "Source",
        describeTextField("repository", "Repository", "owner/name", {
          aliases: ["repo"],
          required: true,
          placeholder: "owner/name",
        }),
        describeTextField("branch", "Branch", null, { placeholder: "main" }),
        describeTextField("path", "Path", "A folder or file. Empty reads the whole repository.", {
          placeholder: "src",
        }),
      ),
      ...outputAndAdvancedFields([
        describeTextListField("includePatterns", "Include files", "Patterns, for example **/*.ts."),
        describeTextListField("excludePatterns", "Exclude files", "Patterns, for example **/*.test.ts."),
        describeToggleField("compress", "Compress", "Shorten files to use fewer tokens."),
        describeSuggestedChoiceField("style", "Layout", null, {
          options: { xml: "XML" },
        }),
      ]),
    ],
    newConfig: { repository: "", outputVariable: "" },
  },
  {
    type: "search",
    label: "AI search",
    icon: "Search",
    hint: [["provider"], ["query"]],
    help: "Search the web and store the results.",
    terms: "web google exa find internet keyword",
    fields: [
      ...assignFieldsToGroup(
        "Search",
        describeSuggestedChoiceField("provider", "Search with", null, {
          options: { exa: "Exa" },
          required: true,
        }),
        describeTextField("query", "Query", null, { required: true }),
        describeNumberField("maxResults", "Max results", null, { min: 1, whole: true }),
      ),
      ...outputAndAdvancedFields([
        describeToggleField("returnCitations", "Include sources", "Add the sources to the result."),
      ]),
    ],
    newConfig: { provider: "exa", query: "", outputVariable: "" },
  },
  {
    type: "vector-search",
    label: "Vector search",
    icon: "ScanSearch",
    hint: [["query"]],
    help: "Semantic search over stored text.",
    terms: "rag semantic similarity embedding find",
    scopes: ["RECORDS:READ"],
    fields: [
      ...assignFieldsToGroup(
        "Search",
        describeTextField("query", "Query", null, { required: true }),
        describeNumberField("limit", "Max results", null, { min: 1, whole: true }),
        describeNumberField("threshold", "Min similarity", "Higher is stricter.", {
          step: 0.05,
        }),
      ),
      ...outputAndAdvancedFields([
        describeTextField("recordType", "Record type", "Search only records of this type."),
        embeddingModelFieldDescription,
        describeToggleField(
          "includeDistance",
          "Include distance",
          "Add the distance from the query to each result.",
        ),
      ]),
    ],
    newConfig: { query: "", outputVariable: "" },
  },
];
