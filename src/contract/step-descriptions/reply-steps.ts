import type { StepDescription } from "#contract/step-description.ts";
import { outputVariable, resultFields } from "./common-fields.ts";
import { advanced, json, longText, openChoice, text, variable } from "./describe-field.ts";

export const replySteps: readonly StepDescription[] = [
  {
    type: "send-email",
    help: "Sends an email.",
    fields: [
      text("from", "From", "The address that the email comes from.", { placeholder: "hello@example.com" }),
      text("to", "To", "The address that the email goes to.", { placeholder: "{{_record.metadata.email}}" }),
      text("subject", "Subject", "The subject line."),
      longText("prompt", "html", "Message", "What the email says, in HTML."),
      ...resultFields([
        longText(
          "prompt",
          "text",
          "Message as plain text",
          "What is shown by email programs that cannot show HTML.",
        ),
      ]),
    ],
    newConfig: { from: "", to: "", subject: "", html: "" },
    errorHandling: true,
  },
  {
    type: "send-text",
    help: "Sends a text message to a phone.",
    fields: [
      text("from", "From", "The phone number that the message comes from.", { placeholder: "+15550100" }),
      text("to", "To", "The phone number that the message goes to.", { placeholder: "+15550101" }),
      longText("prompt", "message", "Message", "What the message says."),
      ...resultFields(),
    ],
    newConfig: { from: "", to: "", message: "", outputVariable: "" },
    errorHandling: true,
  },
  {
    type: "send-event",
    help: "Sends an event that other systems can listen for.",
    fields: [
      text("eventType", "Event", "The name of the event.", { placeholder: "order.paid" }),
      json("payload", "Data", "What the event carries, as JSON that may hold variables."),
      ...resultFields(),
    ],
    newConfig: { eventType: "", payload: {}, outputVariable: "" },
    errorHandling: true,
  },
  {
    type: "send-stream",
    help: "Sends a result to the caller while the flow is still running.",
    fields: [
      variable("sourceVariable", "Result from", "The variable whose value is sent."),
      longText(
        "prompt",
        "message",
        "Message",
        "The text to send, where it is not the value of one variable.",
      ),
      openChoice("streamType", "Kind", "What is sent.", { text: "Text" }),
      ...advanced(outputVariable()),
    ],
    newConfig: { sourceVariable: "", streamType: "text" },
    errorHandling: true,
  },
];
