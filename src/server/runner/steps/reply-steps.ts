import { type JsonValue, isJsonObject } from "#core/json/json.ts";
import { formatValueForTemplateInsertion } from "#server/runner/fill-templates.ts";
import {
  type StepRunContext,
  readFirstSetConfigValue,
  fillTemplatesInConfigText,
  fillTemplatesInRequiredConfigText,
} from "#server/runner/step-call.ts";
import { StepFailure } from "#server/domain/step-failure.ts";

const PAYLOAD_LIMIT = 4000;
const EVENT_NAME_LIMIT = 200;

export async function runSendEmailStep(call: StepRunContext): Promise<JsonValue> {
  const to = Array.isArray(call.config["to"])
    ? call.config["to"]
        .map((address: JsonValue) => formatValueForTemplateInsertion(call.filler.value(address)))
        .join(", ")
    : fillTemplatesInRequiredConfigText(call, "To", "to");
  const html = fillTemplatesInConfigText(call, "html");
  const text = fillTemplatesInConfigText(call, "text", "body");
  if (html === "" && text === "") throw new StepFailure("Message is required.");
  const sent = await call.tools.mailer.send(
    {
      from: fillTemplatesInRequiredConfigText(call, "From", "from"),
      to,
      subject: fillTemplatesInConfigText(call, "subject"),
      html: html === "" ? undefined : html,
      text: text === "" ? undefined : text,
      idempotencyKey: call.createIdempotencyKey(),
    },
    call.signal,
  );
  return { ...sent };
}

export async function runSendEventStep(call: StepRunContext): Promise<JsonValue> {
  const eventType = fillTemplatesInRequiredConfigText(call, "Event", "eventType");
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

export async function runSendStreamStep(call: StepRunContext): Promise<JsonValue> {
  const source = readFirstSetConfigValue(call, "sourceVariable");
  if (source === undefined) {
    const message = fillTemplatesInRequiredConfigText(call, "Message", "message");
    await call.say(message);
    return message;
  }
  const value = typeof source === "string" ? call.filler.variable(source) : call.filler.value(source);
  const text =
    isJsonObject(value) || Array.isArray(value)
      ? JSON.stringify(value, null, 2)
      : formatValueForTemplateInsertion(value);
  if (text !== "") await call.say(text);
  return value;
}
