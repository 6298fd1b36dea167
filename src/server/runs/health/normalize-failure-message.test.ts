import { expect, it } from "vitest";
import { normalizeFailureMessage } from "./normalize-failure-message.ts";

it.each([
  ["The order 8127 took 30.5 s, not 12.", "The order … took … s, not …."],
  ["record_01k5r9pj9kf26src3enda8ht0a no longer exists.", "… no longer exists."],
  ["No user 3f2a9c1b-77aa-4d0e-9b3f-2a9c1b77aa4d", "No user …"],
  ["No mailbox ada.l@example.com here", "No mailbox … here"],
  [
    "https://api.example.com/orders/8127 responded with 503.",
    "https://api.example.com/orders/… responded with 503.",
  ],
  ["The script failed at line 12: no value", "The script failed at line 12: no value"],
  ["“output_7” is not set, says gpt-4o-mini", "“output_7” is not set, says gpt-4o-mini"],
  ["First\n  second", "First second"],
])("a failure message keeps what is equal in all runs: %s", (message, expected) => {
  expect(normalizeFailureMessage(message)).toBe(expected);
});

it("a long failure message is cut, however long it is", () => {
  const text = normalizeFailureMessage("a ".repeat(1_000_000));
  expect(text).toHaveLength(200);
  expect(text.endsWith("…")).toBe(true);
});
