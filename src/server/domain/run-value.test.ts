import { afterEach, expect, it, vi } from "vitest";
import { createBackgroundTextParser } from "#server/flows/text-jobs/background-text-parser.ts";
import { StepTemplateAndScriptParser } from "#server/runner/template-and-script-parser.ts";
import { RunSecretRedactor } from "#server/redaction/run-secret-redactor.ts";
import { RunValue } from "./run-value.ts";

const parser = new StepTemplateAndScriptParser(createBackgroundTextParser({ milliseconds: 60_000 }));
const never = new AbortController().signal;
afterEach(() => vi.restoreAllMocks());

const rows = Array.from({ length: 5000 }, (_, index) => ({ id: index, name: "Ada", "2": 1, "1": 2 }));

it("keeps a long response as text until something reads into it", async () => {
  const parse = vi.spyOn(JSON, "parse");
  const value = await parser.readJson(JSON.stringify(rows, undefined, 2), never);
  if (!value) throw new Error("The text is JSON.");
  expect(value.json).toBe(JSON.stringify(rows));
  expect(value.size.values).toBe(1 + rows.length * 5);
  expect(value.structure).toMatchObject({ type: "array", items: { properties: { id: { type: "number" } } } });
  expect(new RunSecretRedactor(["geheim-42"]).runValue(value)).toBe(value);
  expect(parse).not.toHaveBeenCalled();
  const read = value.value;
  expect(read).toEqual(rows);
  expect(value.value).toBe(read);
  expect(parse).toHaveBeenCalledTimes(1);
});

it("is the same for the same object, so that a copied variable shares its text", () => {
  const value = RunValue.of(rows);
  expect(RunValue.of(value.value)).toBe(value);
  expect(RunValue.of([...rows]).json).toBe(value.json);
});

it("redacts a secret in its text and parses the rest unchanged", () => {
  const value = RunValue.fromJson('{"a":{"key":"geheim-42"},"geheim-42":1}');
  expect(new RunSecretRedactor(["geheim-42"]).runValue(value).json).toBe('{"a":{"key":"•••"},"•••":1}');
});

it.each([["null"], ["1.5"], ['"text"'], ["true"], ["[]"]])("%s is read as it is written", async (json) => {
  const value = await parser.readJson(` ${json}\n`, never);
  expect([value?.json, value?.value, value?.text]).toEqual([
    json,
    JSON.parse(json),
    json === '"text"' ? "text" : undefined,
  ]);
});

it("text that is not JSON has no value", async () => {
  expect(await parser.readJson("{", never)).toBeUndefined();
  expect(await parser.readJson(`${" ".repeat(20_000)}{`, never)).toBeUndefined();
});
