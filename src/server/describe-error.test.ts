import { expect, it } from "vitest";
import { describeError } from "./describe-error.ts";

it("tells a failed query's cause, and nothing of what people wrote", () => {
  const cause = Object.assign(new Error("duplicate key value violates unique constraint"), {
    code: "23505",
    detail: "Key (name)=(geheim) already exists.",
    query: "INSERT INTO flows VALUES ($1)",
    params: ["geheim"],
  });
  const told = describeError(new Error("Failed query: INSERT … params: geheim", { cause }));
  expect(told).toMatchObject({ message: cause.message, code: "23505" });
  expect(JSON.stringify(told)).not.toContain("geheim");
});
