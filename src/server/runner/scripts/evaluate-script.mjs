import { getQuickJS } from "quickjs-emscripten";

// Runs JavaScript in QuickJS: an interpreter compiled to WebAssembly, with nothing of this process within reach.

const MEMORY_MB = 64;
const STACK_BYTES = 256 * 1024;
const RESULT_LIMIT = 6 * 1024 * 1024;
/** Characters of an error: twice what a run tells of one, once secrets are out of it. Nothing that is told ends in half a secret. */
const MOST_SAID = 20_000;

/**
 * Prepares the globals, and takes what it needs of them before foreign code can change it. A variable is parsed when it is
 * first read. Returns what the host calls: `compile`, `run` and `write`.
 */
const PRELUDE = `(function (read, names, unset, filled, limit) {
  const { parse, stringify } = JSON;
  const { defineProperty } = Object;
  const call = Function.prototype.call.bind(Function.prototype.call);
  const global = globalThis;
  const later = (object, name, get, enumerable) => {
    const keep = (value) =>
      defineProperty(object, name, { value, enumerable, writable: true, configurable: true });
    defineProperty(object, name, {
      enumerable,
      configurable: true,
      get: () => { const value = get(); keep(value); return value; },
      set: keep,
    });
  };
  const variables = {};
  for (const name of parse(names)) later(variables, name, () => parse(read(name)), true);
  for (const name of Object.keys(variables)) {
    if (!(name in global)) later(global, name, () => variables[name], false);
  }
  for (const name of parse(unset)) {
    if (!(name in global)) defineProperty(global, name, { value: undefined, writable: true, configurable: true });
  }
  const nothing = () => {};
  const console = { log: nothing, info: nothing, warn: nothing, error: nothing, debug: nothing };
  const set = { variables, input: variables, console, __filled: parse(filled) };
  for (const name of Object.keys(set)) {
    defineProperty(global, name, { value: set[name], writable: true, configurable: true });
  }
  const write = (value, isCondition) => {
    if (isCondition) return value ? "true" : "false";
    const json = stringify(value);
    if (json !== undefined && json.length > limit) throw new RangeError("FLOWLINE_RESULT_TOO_LARGE");
    return json;
  };
  return { run: (script) => call(script, undefined), write };
})`;

/**
 * @param {Extract<import("./script-job.ts").ScriptJob, { type: "script" }>} job
 * @param {number} deadline milliseconds since the epoch
 * @returns {Promise<import("./script-job.ts").ScriptAnswer>}
 */
export async function evaluateScript(job, deadline) {
  const quickJs = await getQuickJS();
  const runtime = quickJs.newRuntime();
  runtime.setMemoryLimit(MEMORY_MB * 1024 * 1024);
  runtime.setMaxStackSize(STACK_BYTES);
  runtime.setInterruptHandler(() => Date.now() > deadline);
  const context = runtime.newContext();
  /** @type {{ dispose(): void }[]} */
  const handles = [];
  const keep = (handle) => {
    handles.push(handle);
    return handle;
  };
  /** Throws what the code threw, as `Thrown`. */
  const unwrap = (result) => {
    if (!result.error) return keep(result.value);
    const thrown = describe(context, result.error);
    result.error.dispose();
    throw thrown;
  };
  let answer;
  try {
    const read = keep(
      context.newFunction("read", (name) =>
        context.newString(job.variables[context.getString(name)] ?? "null"),
      ),
    );
    const prelude = unwrap(context.evalCode(PRELUDE, "prelude.js"));
    const values = [
      read,
      keep(context.newString(JSON.stringify(Object.keys(job.variables)))),
      keep(context.newString(JSON.stringify(job.unset))),
      keep(context.newString(job.filled)),
      keep(context.newNumber(RESULT_LIMIT)),
    ];
    const tools = unwrap(context.callFunction(prelude, context.undefined, ...values));
    const script = compile(context, job.code, unwrap);
    const promise = unwrap(
      context.callFunction(keep(context.getProp(tools, "run")), context.undefined, script),
    );
    let state = context.getPromiseState(promise);
    while (state.type === "pending") {
      const jobs = runtime.executePendingJobs(1000);
      if (jobs.error) throw unwrap(jobs);
      if (Date.now() > deadline) throw new Thrown("InternalError", "interrupted");
      state = context.getPromiseState(promise);
      if (state.type === "pending" && jobs.value === 0) {
        throw new Thrown("", "The script waits for something that never happens.");
      }
    }
    const value = state.type === "fulfilled" ? keep(state.value) : unwrap({ error: state.error });
    const isCondition = job.isCondition ? context.true : context.false;
    const json = unwrap(
      context.callFunction(keep(context.getProp(tools, "write")), context.undefined, value, isCondition),
    );
    answer = {
      type: "done",
      json: context.typeof(json) === "string" ? context.getString(json) : undefined,
    };
  } catch (error) {
    answer = explain(error, job);
  }
  if (answer.type === "done" || !answer.isSpoilt) {
    for (const handle of handles.toReversed()) handle.dispose();
    context.dispose();
    runtime.dispose();
  }
  return answer;
}

class Thrown extends Error {
  constructor(name, message, line) {
    super(message);
    this.kind = name;
    this.line = line;
  }
}

/** One expression, or else the body of an async function. */
function compile(context, code, unwrap) {
  const expression = context.evalCode(`(async function () { return (${code}\n); })`, "script.js");
  if (!expression.error) return unwrap(expression);
  expression.error.dispose();
  return unwrap(context.evalCode(`(async function () { ${code}\n})`, "script.js"));
}

function describe(context, handle) {
  const value = context.dump(handle);
  if (typeof value !== "object" || value === null) return new Thrown("", String(value));
  const line = /script\.js:(\d+)/.exec(String(value.stack ?? ""))?.[1];
  const message = typeof value.message === "string" ? value.message : JSON.stringify(value);
  return new Thrown(typeof value.name === "string" ? value.name : "", message, line);
}

/** @returns {import("./script-job.ts").ScriptAnswer} */
function explain(error, { code, isCondition }) {
  const noun = isCondition ? "condition" : "script";
  const failed = (message, isSpoilt = false) => ({ type: "failed", message, isSpoilt });
  // Thrown by the interpreter itself, which cannot be trusted any more.
  if (!(error instanceof Thrown)) return failed(`The ${noun} used up its stack or its memory.`, true);
  const { kind, message, line } = error;
  if (message === "interrupted") return failed(`The ${noun} ran for too long and was stopped.`, true);
  if (message === "out of memory") {
    return failed(`The ${noun} needed more than the ${MEMORY_MB} MB of memory that it may have.`, true);
  }
  if (message === "stack overflow" || /Maximum call stack/.test(message)) {
    return failed(`The ${noun} calls itself too deeply.`, true);
  }
  if (message === "FLOWLINE_RESULT_TOO_LARGE") {
    return failed("The result is larger than the 6 MB that a variable can hold: return less of it.");
  }
  if (kind === "TypeError" && message === "circular reference") {
    return failed("The result holds itself, so it cannot be kept: return an object without a circle.");
  }
  if (kind === "TypeError" && /bigint/i.test(message)) {
    return failed("The result holds a BigInt, which JSON cannot: return it as a number or a text.");
  }
  // What the code stands in goes on for a line.
  const place = line === undefined ? "" : ` at line ${Math.min(Number(line), code.split("\n").length)}`;
  const what = [kind, message].filter((part) => part !== "").join(": ");
  if (kind === "SyntaxError") return failed(`The ${noun} is not JavaScript${place}: ${message}.`);
  return failed(`The ${noun} failed${place}: ${what.slice(0, MOST_SAID)}`);
}
