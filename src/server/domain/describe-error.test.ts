import { expect, it } from "vitest";
import { describeErrorForLog } from "./describe-error.ts";

it("describeErrorForLog describes a failed query by its cause, without parameter values", () => {
  const cause = Object.assign(new Error("duplicate key value violates unique constraint"), {
    code: "23505",
    detail: "Key (name)=(geheim) already exists.",
    query: "INSERT INTO flows VALUES ($1)",
    params: ["geheim"],
  });
  const described = describeErrorForLog(new Error("Failed query: INSERT … params: geheim", { cause }));
  expect(described).toMatchObject({ message: cause.message, code: "23505" });
  expect(JSON.stringify(described)).not.toContain("geheim");
});
