import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { JsonObject } from "#core/json/json.ts";

/** Each function builds a step that reads the variable `name` in a different syntax. `at` is the number of the step. */
const forms: readonly ((name: string, at: number) => JsonObject)[] = [
  (name) => ({
    type: "fetch-url",
    config: {
      http: {
        method: "GET",
        url: `https://example.com/{{${name}.id}}`,
        headers: { "X-Trace": "{{_flow.id}}" },
      },
      responseType: "json",
    },
  }),
  (name) => ({
    type: "transform-data",
    config: {
      script: [
        `const rows = (input.${name}?.items ?? []).filter((item) => item.score > 3);`,
        "const total = rows.reduce((sum, { score }) => sum + score, 0);",
        "return { rows, total, mean: rows.length > 0 ? total / rows.length : 0 };",
      ].join("\n"),
    },
  }),
  (name, at) => ({
    type: "prompt",
    config: {
      model: "gpt-4o",
      systemPrompt: "You write plain, short summaries.",
      userPrompt: `Summarise for {{audience}} in ${1 + (at % 9)} lines:\n\n{{${name}.text}}\n\nBegin with {{ ${name}.title }}.`,
      temperature: 0.3,
    },
  }),
  (name) => ({
    type: "template",
    config: {
      template: `# {{ ${name}.title | default: "None" }}\n{% for row in ${name}.rows %}- {{ row.name | upcase }}\n{% endfor %}`,
      outputFormat: "markdown",
    },
  }),
  (name) => ({
    type: "api-call",
    when: `${name}.total > 0`,
    config: { http: { method: "POST", url: "https://example.com/", body: `{"id":"{{${name}.id}}"}` } },
  }),
  (name) => ({
    type: "upsert-record",
    config: { recordType: "digest", recordName: "a", sourceVariable: name },
  }),
];

/**
 * Builds a realistic flow of about `count` steps: all syntaxes of references, a conditional for every 20th step, every
 * 50th step disabled. Each step reads a variable from one of the few steps before it.
 */
export function buildMixedFlow(name: string, count: number) {
  let built = 0;
  const buildOne = (): JsonObject => {
    built += 1;
    const read = built === 1 ? "request" : `result_${Math.max(1, built - 1 - ((built * 7) % 5))}`;
    const form = forms[built % forms.length] ?? forms[0];
    const { config, ...more } = form?.(read, built) ?? {};
    return buildStep(`step-${built}`, {
      ...more,
      name: `Step ${built}`,
      enabled: built % 50 !== 49,
      config: { ...(config as JsonObject), outputVariable: `result_${built}` },
    });
  };
  const steps: JsonObject[] = [];
  while (built < count) {
    if (built % 20 !== 19) steps.push(buildOne());
    else {
      built += 1;
      steps.push(buildConditional(`step-${built}`, [buildOne(), buildOne()], [buildOne()]));
    }
  }
  return buildFlow(name, steps);
}
