import type { FieldDescription } from "#contract/step-description.ts";
import { choice, longText, pairs, text } from "./describe-field.ts";
import { anySchema } from "./value-schemas.ts";

/** The HTTP request of a step, kept in its `http` object. */
export const httpFields: readonly FieldDescription[] = [
  choice(
    "http.method",
    "Method",
    "What the request does: GET reads, the others send or change something.",
    { GET: "GET", POST: "POST", PUT: "PUT", PATCH: "PATCH", DELETE: "DELETE" },
    { default: "GET", anyCase: true },
  ),
  text("http.url", "URL", "The address to call, which may hold variables.", {
    required: true,
    placeholder: "https://example.com/items/{{item.id}}",
  }),
  pairs(
    "http.headers",
    "Headers",
    "Sent with the request; write a secret as {{secret:NAME}} instead of spelling it out.",
    ["Header", "Value"],
  ),
  longText("prompt", "http.body", "Body", "What the request sends, as text or JSON with variables.", {
    schema: anySchema("Body"),
  }),
];
