import type { StepTypeDescription } from "#contract/step-description.ts";
import { describeOutputVariableField, outputAndAdvancedFields } from "./output-and-advanced-fields.ts";
import {
  assignFieldsToGroup,
  describeJsonField,
  describeLongTextField,
  describeSuggestedChoiceField,
  describeTextField,
  describeVariableField,
} from "./describe-field.ts";

export const messageSendingStepTypes: readonly StepTypeDescription[] = [
  {
    type: "send-email",
    help: "Send an email.",
    terms: ["mail", "notify", "message", "smtp"],
    fields: [
      ...assignFieldsToGroup(
        "Message",
        describeTextField("from", "From", null, { placeholder: "hello@example.com" }),
        describeTextField("to", "To", "Separate several addresses with commas.", {
          required: true,
          placeholder: "{{_record.metadata.email}}",
        }),
        describeTextField("subject", "Subject", null, { required: true }),
        describeLongTextField("html", "Message", "HTML. Type {{ to insert a variable.", { type: "prompt" }),
      ),
      ...outputAndAdvancedFields([
        describeLongTextField("text", "Plain-text message", "For email clients without HTML.", {
          type: "prompt",
        }),
      ]),
    ],
    newConfig: { from: "", to: "", subject: "", html: "" },
    errorHandling: true,
  },
  {
    type: "send-text",
    help: "Send an SMS.",
    terms: ["sms", "text", "message", "phone", "notify", "twilio"],
    fields: [
      ...assignFieldsToGroup(
        "Message",
        describeTextField("from", "From", null, { placeholder: "+15550100" }),
        describeTextField("to", "To", null, { required: true, placeholder: "+15550101" }),
        describeLongTextField("message", "Message", null, { type: "prompt" }),
      ),
      ...outputAndAdvancedFields(),
    ],
    newConfig: { from: "", to: "", message: "", outputVariable: "" },
    errorHandling: true,
  },
  {
    type: "send-event",
    help: "Send an event to other systems.",
    terms: ["webhook", "notify", "trigger", "emit", "message", "log"],
    fields: [
      ...assignFieldsToGroup(
        "Event",
        describeTextField("eventType", "Event", null, { placeholder: "order.paid" }),
        describeJsonField("payload", "Data", "JSON. Type {{ to insert a variable."),
      ),
      ...outputAndAdvancedFields(),
    ],
    newConfig: { eventType: "", payload: {}, outputVariable: "" },
    errorHandling: true,
  },
  {
    type: "send-stream",
    help: "Stream a result to the caller while the flow runs.",
    terms: ["reply", "respond", "return", "response", "sse", "message", "answer"],
    fields: [
      ...assignFieldsToGroup(
        "Message",
        describeVariableField("sourceVariable", "Result from", "Variable with the value to send."),
        describeLongTextField("message", "Message", "Used if no variable is set.", {
          type: "prompt",
        }),
        describeSuggestedChoiceField("streamType", "Kind", null, { options: { text: "Text" } }),
      ),
      ...assignFieldsToGroup("Advanced", describeOutputVariableField()),
    ],
    newConfig: { sourceVariable: "", streamType: "text" },
    errorHandling: true,
  },
];
