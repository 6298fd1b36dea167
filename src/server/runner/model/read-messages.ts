import { type JsonObject, type JsonPath, type JsonValue, isJsonObject } from "#core/json/json.ts";
import { StepFailure } from "#server/domain/step-failure.ts";

export interface ModelMessage {
  readonly role: "system" | "user" | "assistant";
  /** The text, without images and files. */
  readonly content: string;
  /** The content as parts of the OpenAI-compatible API; set only if it is not text alone. */
  readonly parts?: readonly JsonObject[];
}

/** An error in a message; `path` is relative to the message. */
export interface MessageFault {
  readonly path: JsonPath;
  readonly message: string;
}

const ROLES = ["system", "user", "assistant"] as const;

/** Reads a list of `{role, content}` messages. Throws a `StepFailure` for an invalid message instead of omitting it. */
export function parseModelMessages(value: JsonValue): readonly ModelMessage[] {
  if (value === null || value === "") return [];
  if (!Array.isArray(value)) throw new StepFailure("Previous messages must be a list of messages.");
  return value.map((message: JsonValue, index) => {
    const read = readModelMessage(message);
    if (!("role" in read)) {
      const place = [index, ...read.path].join(".");
      throw new StepFailure(`The message at ${place} cannot be sent to the model. ${read.message}`);
    }
    return read;
  });
}

export function readModelMessage(message: JsonValue): ModelMessage | MessageFault {
  if (!isJsonObject(message)) {
    return { path: [], message: 'Expected a message, such as { "role": "user", "content": "…" }.' };
  }
  const role = ROLES.find((known) => known === message["role"]);
  if (role === undefined) return { path: ["role"], message: `Must be one of ${ROLES.join(", ")}.` };
  const content = message["content"];
  if (typeof content === "string") return { role, content };
  if (!Array.isArray(content)) return { path: ["content"], message: "Expected a text or a list of parts." };
  const parts: JsonObject[] = [];
  for (const [index, part] of content.entries()) {
    const read = readPart(part);
    if (typeof read === "string") return { path: ["content", index], message: read };
    parts.push(read);
  }
  const text = readTextOfModelMessageContent(content);
  return parts.every(({ type }) => type === "text")
    ? { role, content: text }
    : { role, content: text, parts };
}

/** Returns text content, or the joined text parts of a list; empty for any other content. */
export function readTextOfModelMessageContent(content: JsonValue | undefined): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  const texts = content.map((part: JsonValue) => (isJsonObject(part) ? part["text"] : part));
  return texts.filter((text) => typeof text === "string").join("\n");
}

const DATA_OR_WEB_ADDRESS = /^(?:data:|https?:\/\/)/i;

/** Converts a part to the OpenAI-compatible format. Returns an error as text. */
function readPart(part: JsonValue): JsonObject | string {
  if (typeof part === "string") return { type: "text", text: part };
  if (!isJsonObject(part)) return 'Expected a part, such as { "type": "text", "text": "…" }.';
  const { type, text } = part;
  const mediaType = part["mediaType"] ?? part["mimeType"];
  switch (type) {
    case undefined:
    case "text":
      return typeof text === "string" ? { type: "text", text } : "Expected a text part with text.";
    case "image":
      return readImage(part["image"], mediaType);
    case "image_url": {
      const { image_url: image } = part;
      return readImage(isJsonObject(image) ? image["url"] : image, mediaType);
    }
    case "file":
      return readFile(part, mediaType);
    default:
      if (typeof text === "string") return { type: "text", text };
      return "This server sends parts of the types text, image and file to models.";
  }
}

function readImage(image: JsonValue | undefined, mediaType: JsonValue | undefined): JsonObject | string {
  const url = toAddress(image, mediaType);
  if (url === undefined) {
    return "Expected an image as a data: or https: address, or in Base64 with its mediaType.";
  }
  return { type: "image_url", image_url: { url } };
}

function readFile(part: JsonObject, mediaType: JsonValue | undefined): JsonObject | string {
  const file_data = toAddress(part["data"] ?? part["file"], mediaType);
  if (file_data === undefined) {
    return "Expected a file with data as a data: or https: address, or in Base64 with its mediaType.";
  }
  const isImage = typeof mediaType === "string" && mediaType.startsWith("image/");
  if (isImage) return { type: "image_url", image_url: { url: file_data } };
  const { filename } = part;
  return { type: "file", file: { ...(typeof filename === "string" && { filename }), file_data } };
}

/** Never loads the address: the model server does, or refuses it. */
function toAddress(data: JsonValue | undefined, mediaType: JsonValue | undefined): string | undefined {
  if (typeof data !== "string" || data === "") return undefined;
  if (DATA_OR_WEB_ADDRESS.test(data)) return data;
  const isType = typeof mediaType === "string" && /^[\w.+-]+\/[\w.+-]+$/.test(mediaType);
  return isType && /^[\w+/=-]+$/.test(data) ? `data:${mediaType};base64,${data}` : undefined;
}
