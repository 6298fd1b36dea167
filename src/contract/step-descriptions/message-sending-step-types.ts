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
    label: "Send email",
    icon: "Mail",
    hint: [["to"], ["subject"]],
    effect: "email",
    needs: "mail",
    help: "Send an email.",
    terms: "mail notify message smtp",
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
  },
  {
    type: "send-text",
    label: "Send text",
    icon: "MessageSquare",
    hint: [["to"], ["message"]],
    effect: "text",
    help: "Send an SMS.",
    terms: "sms text message phone notify twilio",
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
  },
  {
    type: "send-event",
    label: "Send event",
    icon: "Radio",
    hint: [["eventType"]],
    effect: "event",
    help: "Send an event to other systems.",
    terms: "webhook notify trigger emit message log",
    fields: [
      ...assignFieldsToGroup(
        "Event",
        describeTextField("eventType", "Event", null, { placeholder: "order.paid" }),
        describeJsonField("payload", "Data", "JSON. Type {{ to insert a variable."),
      ),
      ...outputAndAdvancedFields(),
    ],
    newConfig: { eventType: "", payload: {}, outputVariable: "" },
  },
  {
    type: "send-stream",
    label: "Send stream",
    icon: "Cast",
    hint: [["message", "sourceVariable"]],
    help: "Stream a result to the caller while the flow runs.",
    terms: "reply respond return response sse message answer",
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
  },
];
