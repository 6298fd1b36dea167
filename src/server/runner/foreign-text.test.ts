import { describe, expect, it } from "vitest";
import {
  MAX_LINEAR_TIME_GROWTH_FACTOR,
  measureTimeGrowthForFourfoldInput,
} from "#core/testing/measure-growth.ts";
import { StepTemplateFiller } from "./step-template-filler.ts";
import { findSyntaxAroundTemplates } from "#core/references/find-script-templates.ts";
import { StepFailure } from "#server/domain/step-failure.ts";
import { removeCodeFence } from "./steps/prompt-step.ts";
import { replaceNonLiquidTemplates } from "./steps/template-step.ts";

describe("a model's answer", () => {
  it.each([
    ['```json\n{"a":1}\n```', '{"a":1}'],
    ['  ```JSON  \r\n\r\n{"a":1}\r\n```\n', '{"a":1}'],
    ['```\n{"a":"```"}\n   ```', '{"a":"```"}'],
    ["```\n```", ""],
    ['{"a":1}', '{"a":1}'],
    ["```ts\nconst a = 1\n```", "```ts\nconst a = 1\n```"],
    ["```json\n{", "```json\n{"],
    ["```", "```"],
  ])("is unwrapped from a code block: %j", (answer, content) => {
    expect(removeCodeFence(answer)).toBe(content);
  });

  it.each<[string, (size: number) => string]>([
    ["line breaks in a block that never ends", (size) => `\`\`\`${"\n".repeat(size)}x`],
    ["blanks before a block", (size) => `${" ".repeat(size)}x`],
    ["blanks after a fence", (size) => `\`\`\`json${" ".repeat(size)}x`],
    ["blanks after a block", (size) => `\`\`\`\n1\n\`\`\`${" \n".repeat(size / 2)}x`],
    ["fences", (size) => "\n```".repeat(size / 4)],
  ])("is unwrapped in linear time: %s", (_, make) => {
    expect(measureTimeGrowthForFourfoldInput((size) => removeCodeFence(make(size)))).toBeLessThan(
      MAX_LINEAR_TIME_GROWTH_FACTOR,
    );
  });
});

describe("the variables of a script are inserted in linear time", () => {
  it.each<[string, (size: number) => string]>([
    ["in quotes", (size) => `[${'"{{v}}",'.repeat(size / 8)}1]`],
    ["as values", (size) => `[${"{{v}},".repeat(size / 6)}1]`],
    ["in comments", (size) => "/*{{v}}*/".repeat(size / 9)],
    ["in a text with many parts", (size) => `\`${"{{v}}${1}".repeat(size / 9)}\``],
  ])("%s", (_, make) => {
    expect(measureTimeGrowthForFourfoldInput((size) => findSyntaxAroundTemplates(make(size)))).toBeLessThan(
      MAX_LINEAR_TIME_GROWTH_FACTOR,
    );
  });
});

describe("a template is filled in linear time", () => {
  const filler = new StepTemplateFiller(
    { find: () => "x" },
    { managed: { KEY: { value: "value", stepTypes: ["prompt"], hosts: [] } }, given: {} },
    "prompt",
  );
  it.each<[string, (size: number) => string]>([
    ["blanks in a secret", (size) => `{{secret:${" ".repeat(size)}\n}}`],
    ["blanks before a secret", (size) => `{{${" ".repeat(size)}secret${" ".repeat(size)}\n}}`],
    ["blanks in a name", (size) => `{{a${" ".repeat(size)}!}}`],
    ["words in a name", (size) => `{{${"a ".repeat(size / 2)}!}}`],
    ["blanks in an index", (size) => `{{a[${" ".repeat(size)}}}`],
    ["a path", (size) => `{{a${".b".repeat(size / 2)}}}`],
    ["indexes", (size) => `{{a${"[0]".repeat(size / 3)}}}`],
    ["brackets that never close", (size) => `{{a${"[".repeat(size)}}}`],
    ["braces that never close", (size) => "{{".repeat(size / 2)],
    ["braces with gaps", (size) => "{{ ".repeat(size / 3)],
    ["closing braces", (size) => "}}".repeat(size / 2)],
    ["many variables", (size) => "{{a}}".repeat(size / 5)],
    ["`flow` and blanks", (size) => `{{flow${" ".repeat(size)}:${" ".repeat(size)}a}}`],
  ])("with %s", (_, make) => {
    const fill = (size: number) => {
      try {
        filler.forAttempt().text(make(size));
      } catch (error) {
        if (!(error instanceof StepFailure)) throw error;
      }
    };
    expect(measureTimeGrowthForFourfoldInput(fill)).toBeLessThan(MAX_LINEAR_TIME_GROWTH_FACTOR);
  });

  it("with explicit variables of a Liquid template", () => {
    const run = (size: number) =>
      replaceNonLiquidTemplates("{{flow:v}}".repeat(size / 10), filler.forAttempt(), new Map());
    expect(measureTimeGrowthForFourfoldInput(run)).toBeLessThan(MAX_LINEAR_TIME_GROWTH_FACTOR);
  });
});
