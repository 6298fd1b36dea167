import type { SeededRandom } from "#core/testing/seeded-random.ts";
import type { TestRequestOptions } from "./test-app.ts";

interface HeavyRequest {
  readonly method: string;
  readonly path: string;
  readonly options: TestRequestOptions;
}

type Kind = (dice: SeededRandom, flowId: string) => HeavyRequest | readonly HeavyRequest[];

/**
 * Maximum bytes of a body. In `npm test` only a quarter, because the time of requests grows with their
 * length.
 */
const BODY_BYTES = process.env["FULL_RUN"] !== undefined ? 2_000_000 : 500_000;
const FILE_BYTES = 10 * BODY_BYTES;
/** Maximum characters of a template. */
const TEMPLATE_LENGTH = BODY_BYTES / 4;

function fill(dice: SeededRandom, piece: string, bytes = BODY_BYTES): string {
  const maxCount = Math.floor((bytes - 1000) / piece.length);
  return piece.repeat(Math.ceil(maxCount / 2) + dice.roll(maxCount / 2));
}

const post = (path: string, text: string) => ({ method: "POST", path, options: { text } });

function file(content: string) {
  const form = new FormData();
  form.set("file", new Blob([content]), "heavy.csv");
  form.set("typeValue", "heavy");
  return { method: "POST", path: "/v1/records/upload-csv", options: { form } };
}

const validate = (text: string) => post("/v1/public/flows/validate", text);

const run = (steps: object[], inputs: string) =>
  post("/v1/dispatch", `{"flow":{"name":"x","steps":${JSON.stringify(steps)}},"inputs":{${inputs}}}`);

function runWithList(items: string) {
  const copies = Array.from({ length: 7 }, (_, index) => ({
    type: "set-variable",
    name: `n${index}`,
    config: { variableName: `v${index}`, value: "{{a}}" },
  }));
  return run(copies, `"a":[${items}1]`);
}

function filter(count: number, of: (index: number) => object, type = "heavy") {
  const groups = Array.from({ length: Math.ceil(count / 50) }, (_, group) => ({
    op: "or",
    conditions: Array.from({ length: Math.min(50, count - group * 50) }, (_, at) => of(group * 50 + at)),
  }));
  const where = { op: "or", conditions: groups };
  return post("/v1/records/preview-filter", JSON.stringify({ type, where }));
}

const prompt = (index: number, userPrompt: string) => ({
  id: `s${index}`,
  type: "prompt",
  name: `Step ${index}`,
  config: { model: "m", userPrompt, outputVariable: `v${index}` },
});

/** Requests that once blocked or crashed a server. Some read records of the types “heavy” and “keys”. */
export const HEAVY_REQUESTS: Readonly<Record<string, Kind>> = {
  "a long when, validated": (dice) => {
    const step = { ...prompt(0, "Say"), when: fill(dice, dice.pick(["a&&", "{{", "(", "a ? b : "])) };
    return validate(JSON.stringify({ name: "x", flowSteps: [step] }));
  },
  "CSV of blank lines": (dice) => file(`name,v\n${fill(dice, "\n", FILE_BYTES)}`),
  "CSV of brackets": (dice) => {
    const head = Array.from({ length: 1000 }, (_, index) => `c${index}`).join(",");
    const row = `x${dice.pick([",[x", ',"[{"', ",[[[", ",{}}"]).repeat(1000)}\n`;
    return file(`name,${head}\n${row.repeat(300 + dice.roll(300))}`);
  },
  "conditions on a long text": (dice) =>
    filter(BODY_BYTES / 8_000, (index) => ({
      field: "text",
      op: dice.pick(["contains", "endsWith", "gt", "startsWith"]),
      value: `no ${index}`,
    })),
  "templates, validated": (dice) => {
    const piece = dice.pick(["{{", "{{v}}", "{{secret: ", "{{ a.b | upcase }}", "{% if a %}", "}}{{", "{{#"]);
    return validate(JSON.stringify({ name: "x", flowSteps: [prompt(0, fill(dice, piece))] }));
  },
  "a script of templates": (dice) =>
    run(
      [
        {
          type: "transform-data",
          name: "n",
          config: {
            script: `return [${fill(dice, '"{{v}}",', TEMPLATE_LENGTH)}1].length`,
            outputVariable: "o",
          },
        },
      ],
      '"v":"x"',
    ),
  "templates of outputs": (dice) =>
    run(
      [
        {
          type: "template",
          name: "n",
          config: {
            template: fill(dice, dice.pick(["{{ a }}", "{% if a %}"]), TEMPLATE_LENGTH),
            outputVariable: "o",
          },
        },
      ],
      '"a":"x"',
    ),
  "a list of numbers as input": () => runWithList("1,".repeat(BODY_BYTES / 2 - 1000)),
  "blanks in a secret, validated": () =>
    validate(JSON.stringify({ name: "x", flowSteps: [prompt(0, `{{secret:${" ".repeat(100_000)}\n}}`)] })),
  "a value with many references": (dice) => {
    const double = { type: "set-variable", name: "n", config: { variableName: "v", value: "{{v}}{{v}}" } };
    const value = Array.from({ length: 400 }, () => dice.pick(["{{v}}", "y{{v}}"]));
    const config = { variableName: "a", value };
    const last = { type: "set-variable", name: "n", config };
    return run([...Array.from({ length: 13 }, () => double), last], `"v":"${"x".repeat(700)}"`);
  },
  "explicit variables in a template": (dice) =>
    run(
      [
        {
          type: "template",
          name: "n",
          config: { template: fill(dice, "{{flow:v}}", TEMPLATE_LENGTH), outputVariable: "o" },
        },
      ],
      '"v":"x"',
    ),
  "a deep merge of many keys": () => {
    const updates = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`k${index}`, 2]));
    const config = { recordId: "record_keys_1", mergeStrategy: "deep-merge", updates };
    return run([{ type: "update-record", name: "n", config }], '"a":1');
  },
  "a publish of nested steps without ids": (dice, id) => {
    const put = (text: string) => {
      const trueSteps = Array.from({ length: 1990 }, (_, index) => ({
        type: "prompt",
        name: `${text} ${index}`,
        config: {},
      }));
      const flowSteps = [{ id: "c", type: "conditional", name: "c", config: { trueSteps } }];
      return { method: "PUT", path: `/v1/flows/${id}`, options: { text: JSON.stringify({ flowSteps }) } };
    };
    const publish = post(`/v1/flows/${id}/publish`, "{}");
    return [put(`was ${dice.roll(1e9)}`), publish, put(`now ${dice.roll(1e9)}`), publish];
  },
  "wrong items in every list and map of every body": (dice, id) => {
    const items = `[${fill(dice, dice.pick(["1,", "{},", "null,"]))}1]`;
    const members = Array.from({ length: 130_000 }, (_, index) => `"k${index}":1`).join();
    const records = `[${fill(dice, '{"id":1,"name":1,"type":1},')}1]`;
    const where = `{"op":"or","conditions":${items}}`;
    return [
      post("/v1/flows", `{"name":"x","tags":${items}}`),
      post("/v1/flows", `{"name":"x","steps":${items}}`),
      { ...post(`/local/flows/${id}/tags`, `{"add":${items}}`), method: "PUT" },
      { ...post(`/local/flows/${id}/tags`, `{"remove":${items}}`), method: "PUT" },
      post("/v1/records", `{"type":"t","name":"n","metadata":${items}}`),
      post("/v1/records/bulk-delete", `{"ids":${items}}`),
      post("/v1/records/bulk-edit", `{"recordIds":${items}}`),
      post("/v1/records/bulk-edit", `{"applyToAll":true,"conditions":${items}}`),
      post("/v1/records/bulk-edit", `{"applyToAll":true,"deleteFields":${items}}`),
      post("/v1/records/bulk-edit", `{"recordFilter":{"type":"t","where":${where}}}`),
      post("/v1/records/preview-filter", `{"type":"t","where":{"op":"or","conditions":[${where}]}}`),
      post("/v1/batch/flow", `{"flowId":"x","recordIds":${items}}`),
      post("/v1/batch/flow", `{"flowId":"x","recordIds":[${"1,".repeat(99_000)}1]}`),
      post("/v1/batch/flow", `{"flowId":"x","records":${records}}`),
      post("/v1/dispatch", `{"flow":{"name":"x","steps":${items}}}`),
      post("/v1/dispatch", `{"secrets":{${members}}}`),
      post("/v1/dispatch", `{"secrets":${items}}`),
      post("/v1/dispatch", `{"clientTools":${items},"inputs":[]}`),
      validate(`{"name":"x","flowSteps":${items}}`),
    ];
  },
};
