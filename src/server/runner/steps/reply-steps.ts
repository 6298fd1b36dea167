import { type JsonValue, isJsonObject } from "#core/json/json.ts";
import { formatTemplateValue } from "#server/runner/step-template-filler.ts";
import {
  type StepRunContext,
  type StepRunners,
  readFirstSetConfigValue,
  fillConfigText,
  fillRequiredConfigText,
} from "#server/runner/step-run-context.ts";
import { StepFailure } from "#server/domain/step-failure.ts";

const PAYLOAD_LIMIT = 4000;
const EVENT_NAME_LIMIT = 200;

export const replyStepRunners: StepRunners = {
  "send-email": runSendEmailStep,
  "send-event": runSendEventStep,
  "send-stream": runSendStreamStep,
};

async function runSendEmailStep(call: StepRunContext): Promise<JsonValue> {
  const to = Array.isArray(call.config["to"])
    ? call.config["to"]
        .map((address: JsonValue) => formatTemplateValue(call.filler.value(address)))
        .join(", ")
    : fillRequiredConfigText(call, "To", "to");
  const html = fillConfigText(call, "html");
  const text = fillConfigText(call, "text", "body");
  if (html === "" && text === "") throw new StepFailure("Message is required.");
  const sent = await call.tools.mailer.send(
    {
      from: fillRequiredConfigText(call, "From", "from"),
      to,
      subject: fillConfigText(call, "subject"),
      html: html === "" ? undefined : html,
      text: text === "" ? undefined : text,
      idempotencyKey: call.createIdempotencyKey(),
    },
    call.signal,
  );
  return { ...sent };
}

async function runSendEventStep(call: StepRunContext): Promise<JsonValue> {
  const eventType = fillRequiredConfigText(call, "Event", "eventType");
  if (eventType.length > EVENT_NAME_LIMIT) {
    throw new StepFailure(`The event name exceeds ${EVENT_NAME_LIMIT} characters.`);
  }
  const payload = call.filler.value(readFirstSetConfigValue(call, "payload") ?? null);
  const isLong = Buffer.byteLength(JSON.stringify(payload)) > PAYLOAD_LIMIT;
  await call.tools.publishEvent(call.plan.caller, {
    id: call.createIdempotencyKey(),
    eventType,
    ...(!isLong && payload !== null && { payload }),
    flowId: call.plan.flow.id,
    executionId: call.plan.executionId,
  });
  return { eventType, payload, isPayloadSent: !isLong };
}

async function runSendStreamStep(call: StepRunContext): Promise<JsonValue> {
  const source = readFirstSetConfigValue(call, "sourceVariable");
  if (source === undefined) {
    const message = fillRequiredConfigText(call, "Message", "message");
    await call.say(message);
    return message;
  }
  const value = typeof source === "string" ? call.filler.variable(source) : call.filler.value(source);
  const text =
    isJsonObject(value) || Array.isArray(value) ? JSON.stringify(value, null, 2) : formatTemplateValue(value);
  if (text !== "") await call.say(text);
  return value;
}
