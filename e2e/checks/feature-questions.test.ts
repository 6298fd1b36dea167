import { expect, test } from "vitest";
import plugin from "./feature-questions.mjs";

function countReports(type: "MemberExpression" | "BinaryExpression" | "Identifier", node: object): number {
  let count = 0;
  const visitors = plugin.rules["no-mode"].create({ report: () => (count += 1) });
  visitors[type](node);
  return count;
}

const member = (name: string, computed = false) =>
  countReports("MemberExpression", { computed, property: { name } });
const comparison = (operator: string, value: string) =>
  countReports("BinaryExpression", { operator, left: { name: "mode" }, right: { value } });

test("rejects a read of the server's mode, a comparison with one, and the name isCloud", () => {
  expect(member("mode")).toBe(1);
  expect(comparison("===", "cloud")).toBe(1);
  expect(comparison("!==", "local")).toBe(1);
  expect(countReports("Identifier", { name: "isCloud" })).toBe(1);
});

test("accepts other properties, comparisons and names", () => {
  expect(member("features")).toBe(0);
  expect(member("mode", true)).toBe(0);
  expect(comparison("===", "fields")).toBe(0);
  expect(comparison("+", "cloud")).toBe(0);
  expect(countReports("Identifier", { name: "Cloud" })).toBe(0);
});
