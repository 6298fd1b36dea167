import type { StepDescription } from "#contract/step-description.ts";
import { resultFields } from "./common-fields.ts";
import { choice, json, number, openChoice, text, texts, toggle } from "./describe-field.ts";
import { embeddingModel } from "./embedding-model.ts";
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
      ...resultFields([
        choice(
          "fetchMethod",
          "Fetch with",
          "A plain request, or the Firecrawl service that reads pages as a browser does.",
          {
            http: "Plain request",
            firecrawl: "Firecrawl",
          },
        ),
        json("firecrawl", "Firecrawl settings", "What is passed on to Firecrawl, as a JSON object.", {
          schema: objectSchema("Firecrawl settings"),
        }),
      ]),
    ],
    newConfig: { http: { method: "GET", url: "" }, outputVariable: "" },
    errorHandling: true,
  },
  {
    type: "crawl",
    help: "Reads a website page by page, following its links.",
    fields: [
      text("url", "URL", "The page to start from.", { required: true, placeholder: "https://example.com" }),
      number("limit", "Maximum pages", "Where the crawl stops, however many links are left.", {
        min: 1,
        whole: true,
        unit: "pages",
      }),
      number("depth", "Depth", "How many links away from the first page the crawl may go.", {
        min: 0,
        whole: true,
        unit: "links",
      }),
      ...resultFields(),
    ],
    newConfig: { url: "", outputVariable: "" },
    errorHandling: true,
  },
  {
    type: "fetch-github",
    help: "Reads files from a GitHub repository.",
    fields: [
      text("repository", "Repository", "The owner and the name of the repository.", {
        aliases: ["repo"],
        required: true,
        placeholder: "owner/name",
      }),
      text("branch", "Branch", "The branch to read.", { placeholder: "main" }),
      text("path", "Path", "The folder or file to read, instead of the whole repository.", {
        placeholder: "src",
      }),
      ...resultFields([
        texts("includePatterns", "Only these files", "Patterns of the files to read, such as **/*.ts."),
        texts(
          "excludePatterns",
          "Not these files",
          "Patterns of the files to leave out, such as **/*.test.ts.",
        ),
        toggle("compress", "Compress", "Whether the files are shortened, so that they take fewer tokens."),
        openChoice("style", "Layout", "How the files are laid out in the result.", { xml: "XML" }),
      ]),
    ],
    newConfig: { repository: "", outputVariable: "" },
    errorHandling: true,
  },
  {
    type: "search",
    help: "Searches the web, and keeps what it finds.",
    fields: [
      openChoice("provider", "Search with", "The search service to ask.", { exa: "Exa" }, { required: true }),
      text("query", "Query", "What to search for.", { required: true }),
      number("maxResults", "Maximum results", "How many results to keep.", { min: 1, whole: true }),
      ...resultFields([
        toggle("returnCitations", "With sources", "Whether the result names the pages it comes from."),
      ]),
    ],
    newConfig: { provider: "exa", query: "", outputVariable: "" },
    errorHandling: true,
  },
  {
    type: "vector-search",
    help: "Finds the stored texts whose meaning is closest to a query.",
    fields: [
      text("query", "Query", "The text whose meaning is searched for.", { required: true }),
      number("limit", "Maximum results", "How many results to keep.", { min: 1, whole: true }),
      number(
        "threshold",
        "Minimum similarity",
        "How alike a text has to be to be kept: higher is stricter.",
        {
          step: 0.05,
        },
      ),
      ...resultFields([
        text("recordType", "Record type", "Searches only records of this type."),
        embeddingModel,
        toggle("includeDistance", "With distance", "Whether each result says how far from the query it is."),
      ]),
    ],
    newConfig: { query: "", outputVariable: "" },
    errorHandling: true,
  },
];
