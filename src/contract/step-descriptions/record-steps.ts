import type { StepConfigFieldDescription, StepTypeDescription } from "#contract/step-description.ts";
import type { JsonObject } from "#core/json/json.ts";
import { describeOutputVariableField, outputAndAdvancedFields } from "./output-and-advanced-fields.ts";
import {
  assignFieldsToGroup,
  describeChoiceField,
  describeJsonField,
  describeTextField,
  describeTextListField,
  describeVariableField,
} from "./describe-field.ts";
import { createObjectSchema } from "./value-schemas.ts";

const recordFilter: readonly StepConfigFieldDescription[] = [
  describeTextField("recordFilter.type", "Filter by type", "Used if no ID or name is set."),
  describeJsonField(
    "recordFilter.where",
    "Filter by fields",
    'A condition, such as { "field": "score", "op": "gte", "value": 7 }.',
    { schema: createObjectSchema("Filter by fields") },
  ),
];

const recordId = describeTextField("recordId", "Record ID", "Or set the type and the name.", {
  placeholder: "{{_record.id}}",
});
const recordName = describeTextField("recordName", "Record name", null);
const recordType = describeTextField("recordType", "Record type", "For example lead.");
const typeToStore = describeTextField("recordType", "Record type", "For example lead.", {
  required: true,
});

const NAMING_FIELDS = ["recordId", "id", "recordName", "recordFilter", "recordType"];

const namesNoRecord = (config: JsonObject) =>
  NAMING_FIELDS.every((key) => config[key] === undefined || config[key] === "");

export const recordStepDescriptions: readonly StepTypeDescription[] = [
  {
    type: "retrieve-record",
    label: "Retrieve record",
    icon: "FileSearch",
    hint: [["recordType"], ["recordName", "recordId"]],
    help: "Load the run’s record or another one.",
    terms: "database load current lookup read input customer",
    scopes: ["RECORDS:READ"],
    fields: [
      ...assignFieldsToGroup("Record", recordId, recordType, recordName),
      ...outputAndAdvancedFields([
        ...recordFilter,
        describeTextListField("fieldsToInclude", "Include fields", null),
        describeTextListField("fieldsToExclude", "Exclude fields", null),
      ]),
    ],
    newConfig: { outputVariable: "" },
    takesRecord: namesNoRecord,
  },
  {
    type: "get-record",
    label: "Get record",
    icon: "FileDown",
    hint: [["recordType"], ["recordName", "recordId"]],
    help: "Load a record by a query. Configure in JSON.",
    terms: "database load lookup find read customer",
    scopes: ["RECORDS:READ"],
    fields: assignFieldsToGroup("Output", describeOutputVariableField()),
    newConfig: { outputVariable: "" },
    takesRecord: namesNoRecord,
  },
  {
    type: "list-records",
    label: "List records",
    icon: "List",
    hint: [["recordType"]],
    help: "List records. Configure in JSON.",
    terms: "database query find filter iterate customer",
    scopes: ["RECORDS:READ"],
    fields: assignFieldsToGroup("Output", describeOutputVariableField()),
    newConfig: { outputVariable: "" },
  },
  {
    type: "create-records",
    label: "Create records",
    icon: "FilePlus",
    hint: [["recordType"], ["sourceVariable"]],
    effect: "record",
    help: "Create a record for each item of a list.",
    terms: "database insert add save import write log",
    scopes: ["RECORDS:WRITE"],
    fields: [
      ...assignFieldsToGroup(
        "Record",
        typeToStore,
        describeVariableField("sourceVariable", "Items from", "Variable with the list of items.", {
          required: true,
        }),
        describeTextField("nameTemplate", "Record names", "Variables make each name unique.", {
          placeholder: "report-{{_execution.timestamp}}",
        }),
      ),
      ...outputAndAdvancedFields([
        describeTextField("contentField", "Content field", null),
        describeTextField("pathField", "Path field", "Field with the source of each item."),
        describeTextListField("includeMetadata", "Fields to keep", null),
      ]),
    ],
    newConfig: { recordType: "", sourceVariable: "", nameTemplate: "", outputVariable: "" },
  },
  {
    type: "upsert-record",
    label: "Upsert record",
    icon: "FileCheck",
    hint: [["recordType"], ["recordName", "sourceVariable"]],
    effect: "record",
    help: "Update a record, or create it if it is missing.",
    terms: "database save insert update merge",
    scopes: ["RECORDS:WRITE"],
    fields: [
      ...assignFieldsToGroup(
        "Record",
        typeToStore,
        recordName,
        describeVariableField(
          "sourceVariable",
          "Fields to save",
          "A variable that holds the fields, for example feedback.",
          {
            required: true,
          },
        ),
        describeChoiceField("mergeStrategy", "Existing values", null, {
          options: {
            merge: "Merge",
            replace: "Replace",
          },
        }),
      ),
      ...outputAndAdvancedFields(),
    ],
    newConfig: {
      recordType: "",
      recordName: "",
      sourceVariable: "",
      mergeStrategy: "merge",
      outputVariable: "",
    },
  },
  {
    type: "update-record",
    label: "Update record",
    icon: "FilePen",
    hint: [["recordType"], ["recordName", "recordId"]],
    effect: "record",
    help: "Change fields of an existing record.",
    terms: "database change edit save set",
    scopes: ["RECORDS:READ", "RECORDS:WRITE"],
    fields: [
      ...assignFieldsToGroup("Record", recordId, recordType, recordName),
      ...assignFieldsToGroup(
        "Values",
        describeJsonField("updates", "New values", "A JSON object. Type {{ to insert a variable.", {
          schema: createObjectSchema("New values"),
        }),
        describeChoiceField("mergeStrategy", "Existing values", null, {
          options: {
            merge: "Merge",
            "deep-merge": "Deep merge",
            replace: "Replace",
          },
        }),
      ),
      ...outputAndAdvancedFields([...recordFilter]),
    ],
    newConfig: { recordId: "", updates: {}, mergeStrategy: "merge", outputVariable: "" },
    takesRecord: namesNoRecord,
  },
];
