import { buildConditional, buildStep } from "#core/testing/flow-builder.ts";
import { SeededRandom } from "#core/testing/seeded-random.ts";
import type { TestRequestOptions } from "./test-app.ts";

export interface InvalidRequest {
  readonly method: string;
  readonly path: string;
  readonly options: TestRequestOptions;
}

export function* generateInvalidRequests(intent: {
  count: number;
  seed: number;
  flowId: string;
}): Generator<InvalidRequest> {
  const dice = new SeededRandom(intent.seed);
  const kinds = [
    createInvalidTextRequest,
    badName,
    badStep,
    badStep,
    badNested,
    badQuery,
    badPlace,
    badToken,
  ];
  for (let made = 0; made < intent.count; made += 1) yield dice.pick(kinds)(dice, intent.flowId);
}

export function createInvalidTextRequest(dice: SeededRandom, flowId: string): InvalidRequest {
  const whole = JSON.stringify({
    name: "x",
    flowSteps: [buildStep("a", { config: { list: [1, "two", null] } })],
  });
  const texts = [
    whole.slice(0, 1 + dice.roll(whole.length - 1)),
    whole.replace('"two"', dice.pick(["NaN", "1e999", "012", "0.1234567890123456789", "undefined", "'x'"])),
    whole.replace(
      "two",
      dice.pick([String.raw`\u0000`, String.raw`\udc00`, String.raw`\ud83d`, "\u0001", String.raw`\x`]),
    ),
    "[".repeat(1 + dice.roll(5000)),
    `{"name":${"[".repeat(200)}${"]".repeat(200)}}`,
    dice.pick(["null", "1", '"text"', "[]", "", " ", "true", "\u{FEFF}", "<html>", "name=x"]),
  ];
  return write(dice, flowId, { text: dice.pick(texts) });
}

export const INVALID_REQUEST_VALUES = [
  null,
  0,
  -1,
  1.5,
  true,
  "",
  [],
  {},
  [null],
  { toString: 1 },
  "x".repeat(600),
] as const;

function badName(dice: SeededRandom, flowId: string): InvalidRequest {
  const name = dice.pick(
    INVALID_REQUEST_VALUES.filter((value) => typeof value !== "string" || value.length !== 1),
  );
  return write(dice, flowId, { body: { name } });
}

function badStep(dice: SeededRandom, flowId: string): InvalidRequest {
  return write(dice, flowId, { body: { name: "x", flowSteps: wrongSteps(dice) } });
}

function badNested(dice: SeededRandom, flowId: string): InvalidRequest {
  const branch = wrongSteps(dice);
  // Wraps a value that is not a list in a list, because the server does not check a branch that is not a list and would
  // accept the request.
  const nested = Array.isArray(branch) ? branch : [branch];
  return write(dice, flowId, { body: { name: "x", flowSteps: [buildConditional("c", nested as never)] } });
}

function wrongSteps(dice: SeededRandom): unknown {
  const step = buildStep("a");
  return dice.pick<() => unknown>([
    () => [{ ...step, type: dice.pick([...INVALID_REQUEST_VALUES, "promt", "__proto__", "constructor"]) }],
    () => [{ ...step, name: dice.pick([null, 0, "", [], {}]) }],
    () => [{ ...step, id: dice.pick([null, 0, "", [], {}, "a b", "ü", "x".repeat(129)]) }],
    () => [{ ...step, order: dice.pick([null, -1, 1.5, "1", [], {}]) }],
    () => [{ ...step, enabled: dice.pick([null, 0, 1, "true", [], {}]) }],
    () => [{ ...step, when: dice.pick([null, 0, [], {}, "x".repeat(501)]) }],
    () => [{ ...step, config: dice.pick([null, 0, "", [], "text"]) }],
    () => [step, buildStep("b"), { ...step, name: "Doubled" }],
    () => [step, dice.pick([null, 0, "", [], "step", true])],
    () => dice.pick([null, 0, 1, "steps", true]),
  ])();
}

function badQuery(dice: SeededRandom): InvalidRequest {
  const value = encodeURIComponent(dice.pick(["x", "", "1e3", "0x10", "\0", "[]", "🎉", "ten", "NULL", "%"]));
  const name = dice.pick(["limit", "direction", "sort", "order", "status", "includeCount"]);
  const cursor = Buffer.from(
    JSON.stringify({ value: dice.pick(INVALID_REQUEST_VALUES), id: "x", sort: "name" }),
  ).toString("base64url");
  const query = dice.pick([`${name}=${value}`, `cursor=${cursor}`, `cursor=${value}x`]);
  return { method: "GET", path: `/v1/flows?${query}`, options: {} };
}

function badPlace(dice: SeededRandom): InvalidRequest {
  const id = dice.pick(["flow_x", "%00", "..%2f..", "%ff", "'--", "x".repeat(1 + dice.roll(2000)), "null"]);
  const place = dice.pick([
    "flows/ID",
    "flow-versions/ID",
    "flow-versions/ID/published",
    "flow-steps/flow/ID",
  ]);
  const method = dice.pick(["GET", "GET", "PATCH", "DELETE"]);
  return { method, path: `/v1/${place.replace("ID", id)}`, options: {} };
}

function badToken(dice: SeededRandom, flowId: string): InvalidRequest {
  const token = dice.pick(["", '""', '"1-0"', "0-0000000000000000", ",", "W/", "null", '"x","y"', "1"]);
  const options = { headers: { "if-match": token }, body: { name: "Never" } };
  return { method: dice.pick(["PUT", "DELETE"]), path: `/v1/flows/${flowId}`, options };
}

function write(dice: SeededRandom, flowId: string, options: TestRequestOptions): InvalidRequest {
  return dice.pick([
    { method: "POST", path: "/v1/flows", options },
    { method: "PUT", path: `/v1/flows/${flowId}`, options },
  ]);
}

export function* generateInvalidFlowRequests(intent: {
  count: number;
  seed: number;
}): Generator<TestRequestOptions> {
  const dice = new SeededRandom(intent.seed);
  const kinds = [createInvalidTextRequest, badName, badStep, badNested];
  for (let made = 0; made < intent.count; made += 1) {
    yield dice.roll(2) === 0 ? dice.pick(kinds)(dice, "").options : { text: strangeFlow(dice) };
  }
}

const PIECES =
  "{{ }} {% %} {{page}} {{page|upcase}} {%if\u00a0page%} {%endif%} {{secrets:KEY}} ( ) `${ /* ' => input.page variables['__proto__'] \\u{110000} 💥 \n".split(
    " ",
  );
const NAMES = "page __proto__ constructor toString hasOwnProperty größe a.b a b".split(" ").concat("", " ");
const TYPES = "prompt transform-data template conditional set-variable loop unknown".split(" ");

function strangeFlow(dice: SeededRandom): string {
  const text = () => {
    const times = dice.roll(40) === 0 ? 500 : 1;
    return Array.from({ length: dice.roll(8) }, () => dice.pick(PIECES).repeat(times)).join("");
  };
  const value = (depth: number): unknown =>
    dice.pick<() => unknown>([
      text,
      () => dice.pick(INVALID_REQUEST_VALUES),
      () => ({
        [dice.pick(NAMES)]: depth > 0 ? value(depth - 1) : text(),
        language: dice.pick(["python", 1]),
      }),
      () => (depth > 0 ? [value(depth - 1), value(depth - 1)] : text()),
    ])();
  const branch = (depth: number) =>
    depth > 0 ? [strangeStep(depth - 1), strangeStep(depth - 1)] : dice.pick(INVALID_REQUEST_VALUES);
  const config = (depth: number) => ({
    script: value(1),
    template: value(1),
    inputs: value(2),
    userPrompt: value(1),
    condition: text(),
    outputVariable: dice.pick([...NAMES, 1, null]),
    variableName: dice.pick(NAMES),
    errorHandling: dice.pick(["continue", { onError: "continue" }, 1]),
    trueSteps: branch(depth),
    falseSteps: branch(depth),
  });
  const strangeStep = (depth: number): unknown => ({
    id: dice.pick(NAMES),
    type: dice.pick(TYPES),
    name: dice.pick([...NAMES, null]),
    when: dice.pick([undefined, text(), 1]),
    config: dice.roll(3) === 0 ? value(3) : config(depth),
  });
  const steps = Array.from({ length: dice.roll(6) }, () => strangeStep(dice.roll(3)));
  return JSON.stringify({ name: dice.pick([...NAMES, 1]), [dice.pick(["flowSteps", "steps"])]: steps });
}
