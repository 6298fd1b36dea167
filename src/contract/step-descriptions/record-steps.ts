import type { FieldDescription, StepDescription } from "#contract/step-description.ts";
import { outputVariable, resultFields } from "./common-fields.ts";
import { choice, json, text, texts, variable } from "./describe-field.ts";
import { objectSchema } from "./value-schemas.ts";

const recordFilter: readonly FieldDescription[] = [
  text(
    "recordFilter.type",
    "Filter by type",
    "Finds the record among those of this type, where it is not named above.",
  ),
  json(
    "recordFilter.where",
    "Filter by values",
    'What the record has to hold, such as { "field": "score", "op": "gte", "value": 7 }.',
    { schema: objectSchema("Filter by values") },
  ),
];

const recordId = text(
  "recordId",
  "Record ID",
  "The ID of the record, where it is not named by type and name.",
  {
    placeholder: "{{_record.id}}",
  },
);
const recordName = text("recordName", "Record name", "The name of the record within its type.");
const recordType = text("recordType", "Record type", "The type of the record, such as lead.");
const typeToStore = text(
  "recordType",
  "Record type",
  "The type under which the record is stored, such as lead.",
  {
    required: true,
  },
);

export const recordSteps: readonly StepDescription[] = [
  {
    type: "retrieve-record",
    help: "Loads a record: the one the flow runs on, unless another is named here.",
    fields: [
      recordId,
      recordType,
      recordName,
      ...resultFields([
        ...recordFilter,
        texts("fieldsToInclude", "Only these fields", "The fields of the record to load."),
        texts("fieldsToExclude", "Not these fields", "The fields of the record to leave out."),
      ]),
    ],
    newConfig: { outputVariable: "" },
    errorHandling: true,
  },
  {
    type: "get-record",
    help: "Loads a record; its settings, except for the output variable, are edited as JSON.",
    fields: [outputVariable()],
    newConfig: { outputVariable: "" },
    errorHandling: true,
  },
  {
    type: "list-records",
    help: "Lists records; its settings, except for the output variable, are edited as JSON.",
    fields: [outputVariable()],
    newConfig: { outputVariable: "" },
    errorHandling: true,
  },
  {
    type: "create-records",
    help: "Makes a record of each item in a variable.",
    fields: [
      typeToStore,
      variable("sourceVariable", "Items from", "The variable that holds what the records are made of.", {
        required: true,
      }),
      text("nameTemplate", "Record names", "The name of each record, with variables that tell them apart.", {
        placeholder: "report-{{_execution.timestamp}}",
      }),
      ...resultFields([
        text("contentField", "Content field", "The field of each item that holds its content."),
        text("pathField", "Path field", "The field of each item that says where it comes from."),
        texts("includeMetadata", "Fields to keep", "The fields of each item that its record keeps."),
      ]),
    ],
    newConfig: { recordType: "", sourceVariable: "", nameTemplate: "", outputVariable: "" },
    errorHandling: true,
  },
  {
    type: "upsert-record",
    help: "Updates a record, or makes it where there is none yet.",
    fields: [
      typeToStore,
      recordName,
      variable("sourceVariable", "Values from", "The variable that holds the values, as a JSON object.", {
        required: true,
      }),
      choice(
        "mergeStrategy",
        "Existing values",
        "What happens to the values that the record already holds.",
        {
          merge: "Keep those without a new value",
          replace: "Remove all",
        },
      ),
      ...resultFields(),
    ],
    newConfig: {
      recordType: "",
      recordName: "",
      sourceVariable: "",
      mergeStrategy: "merge",
      outputVariable: "",
    },
    errorHandling: true,
  },
  {
    type: "update-record",
    help: "Changes values of a record.",
    fields: [
      recordId,
      recordType,
      recordName,
      json("updates", "New values", "The values to write, as a JSON object that may hold variables.", {
        schema: objectSchema("New values"),
      }),
      choice(
        "mergeStrategy",
        "Existing values",
        "What happens to the values that the record already holds.",
        {
          merge: "Keep those without a new value",
          "deep-merge": "Keep those without a new value, inside objects too",
          replace: "Remove all",
        },
      ),
      ...resultFields([...recordFilter]),
    ],
    newConfig: { recordId: "", updates: {}, mergeStrategy: "merge", outputVariable: "" },
    errorHandling: true,
  },
];
