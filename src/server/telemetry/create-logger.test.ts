import { expect, it } from "vitest";
import { createLogger } from "./create-logger.ts";
import { describeErrorForLog } from "#server/domain/describe-error.ts";

function createTestLog(hidden: readonly string[]) {
  const lines: string[] = [];
  return { logger: createLogger("info", hidden, { write: (line) => void lines.push(line) }), lines };
}

it("the logger redacts secrets in messages, fields and errors", () => {
  const { logger, lines } = createTestLog(["geheim-1", 'ge"heim-2']);
  const error = Object.assign(new SyntaxError('no geheim-1 and no ge"heim-2'), { code: "geheim-1" });
  logger.error({ err: describeErrorForLog(error), path: "/geheim-1" }, "with geheim-1");
  logger.warn(error, "whole");
  logger.info('only ge"heim-2');
  const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(entries).toMatchObject([
    {
      err: { type: "SyntaxError", message: "no ••• and no •••", code: "•••" },
      path: "/•••",
      msg: "with •••",
    },
    { err: { message: "no ••• and no •••" }, msg: "whole" },
    { msg: "only •••" },
  ]);
  expect(lines.join("")).not.toContain("heim");
});

it("the logger keeps numbers and standard fields even if they contain a secret", () => {
  const { logger, lines } = createTestLog(["1", ",", "requestId", "message"]);
  logger.info({ status: 101, requestId: "a", err: { message: "message" } }, "a,1");
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    level: 30,
    status: 101,
    requestId: "a",
    err: { message: "•••" },
    msg: "a,•••",
  });
});

it("the logger truncates long texts of errors", () => {
  const { logger, lines } = createTestLog([]);
  logger.error({ err: describeErrorForLog(new Error("x".repeat(1_000_000))) }, "long");
  expect(lines.join("").length).toBeLessThan(30_000);
});
