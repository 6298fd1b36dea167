import { expect, it } from "vitest";
import type { JsonValue } from "#core/json/json.ts";
import { readModelMessage } from "./read-messages.ts";

const partsOf = (...content: JsonValue[]) => readModelMessage({ role: "user", content });

it("joins text parts and leaves texts as they are", () => {
  expect(readModelMessage({ role: "assistant", content: "Hi" })).toEqual({
    role: "assistant",
    content: "Hi",
  });
  const read = partsOf("a", { type: "text", text: "b" }, { text: "c" }, { type: "input_text", text: "d" });
  expect(read).toEqual({ role: "user", content: "a\nb\nc\nd" });
});

it.each<[string, JsonValue, JsonValue]>([
  ["an image by address", { type: "image", image: "https://a.example/x.png" }, "https://a.example/x.png"],
  ["an image as data", { type: "image", image: "data:image/png;base64,AA==" }, "data:image/png;base64,AA=="],
  [
    "an image in Base64",
    { type: "image", image: "AA==", mimeType: "image/png" },
    "data:image/png;base64,AA==",
  ],
  [
    "an image of the OpenAI format",
    { type: "image_url", image_url: { url: "https://a.example/x" } },
    "https://a.example/x",
  ],
  [
    "an image sent as a file",
    { type: "file", data: "AA==", mediaType: "image/webp" },
    "data:image/webp;base64,AA==",
  ],
])("converts %s", (_, part, url) => {
  expect(partsOf(part, "Look")).toEqual({
    role: "user",
    content: "Look",
    parts: [
      { type: "image_url", image_url: { url } },
      { type: "text", text: "Look" },
    ],
  });
});

it("converts a file with its name", () => {
  const part = { type: "file", data: "AA==", mimeType: "application/pdf", filename: "a.pdf" };
  const file = { filename: "a.pdf", file_data: "data:application/pdf;base64,AA==" };
  expect(partsOf(part)).toEqual({ role: "user", content: "", parts: [{ type: "file", file }] });
});

it.each<[string, JsonValue, readonly (string | number)[]]>([
  ["a text", "Hi", []],
  ["a message without a role", { content: "Hi" }, ["role"]],
  ["an unknown role", { role: "tool", content: "Hi" }, ["role"]],
  ["no content", { role: "user" }, ["content"]],
  ["a part that is null", { role: "user", content: [null] }, ["content", 0]],
  ["a text part without text", { role: "user", content: ["a", { type: "text" }] }, ["content", 1]],
  ["a video", { role: "user", content: [{ type: "video", video: "https://a.example/x" }] }, ["content", 0]],
  ["an image without data", { role: "user", content: [{ type: "image" }] }, ["content", 0]],
  [
    "an image of a file address",
    { role: "user", content: [{ type: "image", image: "file:///etc/passwd" }] },
    ["content", 0],
  ],
  ["Base64 without a type", { role: "user", content: [{ type: "image", image: "AA==" }] }, ["content", 0]],
  [
    "a type with a line break",
    { role: "user", content: [{ type: "file", data: "AA==", mediaType: "a/b\n" }] },
    ["content", 0],
  ],
])("reports the place of the error in %s", (_, message, path) => {
  expect(readModelMessage(message)).toMatchObject({ path, message: expect.stringMatching(/\.$/) });
});
