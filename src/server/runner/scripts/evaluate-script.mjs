import { workerData } from "node:worker_threads";
import { RELEASE_SYNC, newQuickJSWASMModuleFromVariant, newVariant } from "quickjs-emscripten";

/**
 * @import { EmscriptenModuleLoader, QuickJSContext, QuickJSEmscriptenModule, QuickJSHandle, SuccessOrFail } from "quickjs-emscripten"
 * @import { ScriptJobResult, ScriptJob } from "./script-job.ts"
 * @typedef {(result: SuccessOrFail<QuickJSHandle, QuickJSHandle>) => QuickJSHandle} Unwrap
 */

// Runs JavaScript in QuickJS, an interpreter compiled to WebAssembly, so that scripts cannot access this process.

/** @type {{ readonly memoryMb: number }} */
const { memoryMb: MEMORY_MB } = workerData;
const PAGE_BYTES = 65_536;
const FIRST_PAGES = 256;
const STACK_BYTES = 256 * 1024;
const RESULT_LIMIT = 6 * 1024 * 1024;
/**
 * Maximum characters of an error message: twice as many as a run reports. The cut may split a secret, which is then not
 * redacted, but that part is beyond the reported half.
 */
const MAX_MESSAGE_LENGTH = 20_000;
const UNREADABLE_VALUE_MESSAGE = "the thrown value can’t be displayed. Throw an Error instead.";
/** Time limit for reading a thrown value, whose getters may never return. */
const DESCRIBE_MS = 100;

/**
 * Declares `WebAssembly`, which Node's types lack.
 * @type {{ readonly WebAssembly: { readonly Memory: new (limits: { initial: number, maximum: number }) => { readonly buffer: ArrayBuffer } } }}
 */
const { WebAssembly } = /** @type {never} */ (globalThis);

/**
 * Memory of all scripts in this thread, which enforces the memory limit: QuickJS's own limit miscounts large blocks,
 * and a worker's `resourceLimits` do not include WebAssembly memory.
 */
const memory = new WebAssembly.Memory({
  initial: FIRST_PAGES,
  maximum: (MEMORY_MB * 1024 * 1024) / PAGE_BYTES,
});
const variant = newVariant(RELEASE_SYNC, { wasmMemory: memory });
const interpreter = newQuickJSWASMModuleFromVariant({ ...variant, importModuleLoader });
let hasAllocationFailed = false;

/**
 * Makes failed allocations throw: the library does not check for a null pointer and would overwrite the interpreter's
 * data at address 0.
 */
async function importModuleLoader() {
  // Narrows the library's type, which also allows a wrapped module: `newVariant` always returns the function itself.
  const load = /** @type {EmscriptenModuleLoader<QuickJSEmscriptenModule>} */ (
    await variant.importModuleLoader()
  );
  /** @type {typeof load} */
  return async (options) => {
    const module = await load(options);
    // oxlint-disable-next-line no-underscore-dangle -- a name of the library
    const allocate = module._malloc.bind(module);
    /** @param {number} size */
    const allocateOrThrow = (size) => {
      const address = allocate(size);
      if (address !== 0) return address;
      hasAllocationFailed = true;
      throw new Thrown("", "out of memory");
    };
    Object.assign(module, { _malloc: allocateOrThrow });
    return module;
  };
}

/** Whether the memory is nearly full. The thread must then be replaced, because WebAssembly memory never shrinks. */
function isMemoryFull() {
  return hasAllocationFailed || memory.buffer.byteLength > (MEMORY_MB - 2) * 1024 * 1024;
}

/**
 * Code that runs before the script. Defines the script's globals, returns `run` and `write` for the host, and saves the
 * built-ins that it needs, because the script may replace them. Parses a variable on its first read.
 */
const PRELUDE = `(function (read, names, unset, filled, limit) {
  const { parse, stringify } = JSON;
  const { defineProperty } = Object;
  const call = Function.prototype.call.bind(Function.prototype.call);
  const global = globalThis;
  const defineLazily = (object, name, get, enumerable) => {
    const store = (value) =>
      defineProperty(object, name, { value, enumerable, writable: true, configurable: true });
    defineProperty(object, name, {
      enumerable,
      configurable: true,
      get: () => { const value = get(); store(value); return value; },
      set: store,
    });
  };
  const variables = {};
  for (const name of parse(names)) defineLazily(variables, name, () => parse(read(name)), true);
  for (const name of Object.keys(variables)) {
    if (!(name in global)) defineLazily(global, name, () => variables[name], false);
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
 * @param {Extract<ScriptJob, { type: "script" }>} job
 * @param {number} deadline milliseconds since the epoch
 * @returns {Promise<ScriptJobResult>}
 */
export async function evaluateScript(job, deadline) {
  const runtime = (await interpreter).newRuntime();
  let end = deadline;
  runtime.setMaxStackSize(STACK_BYTES);
  let isInterrupted = false;
  runtime.setInterruptHandler(() => {
    isInterrupted = Date.now() > end;
    return isInterrupted;
  });
  const context = runtime.newContext();
  /** @type {{ dispose(): void }[]} */
  const handles = [];
  /** @param {QuickJSHandle} handle */
  const track = (handle) => {
    handles.push(handle);
    return handle;
  };
  /**
   * Throws the script's error as `Thrown`.
   * @type {Unwrap}
   */
  const unwrap = (result) => {
    if (!result.error) return track(result.value);
    end = Date.now() + DESCRIBE_MS;
    isInterrupted = false;
    const thrown = describe(context, result.error);
    result.error.dispose();
    if (isInterrupted) throw new Thrown("", UNREADABLE_VALUE_MESSAGE);
    end = deadline;
    throw thrown;
  };
  /** @type {ScriptJobResult} */
  let answer;
  try {
    const read = track(
      context.newFunction("read", (name) => {
        try {
          return context.newString(job.variables[context.getString(name)] ?? "null");
        } catch (error) {
          if (!hasAllocationFailed) throw error;
          // Throws null, like QuickJS when it is out of memory: the library would print any other error to the console.
          return { error: context.null };
        }
      }),
    );
    const prelude = unwrap(context.evalCode(PRELUDE, "prelude.js"));
    const values = [
      read,
      track(context.newString(JSON.stringify(Object.keys(job.variables)))),
      track(context.newString(JSON.stringify(job.unset))),
      track(context.newString(job.filled)),
      track(context.newNumber(RESULT_LIMIT)),
    ];
    const tools = unwrap(context.callFunction(prelude, context.undefined, ...values));
    const script = compile(context, job.code, unwrap);
    const promise = unwrap(
      context.callFunction(track(context.getProp(tools, "run")), context.undefined, script),
    );
    let state = context.getPromiseState(promise);
    while (state.type === "pending") {
      const jobs = runtime.executePendingJobs(1000);
      if (jobs.error) throw unwrap(jobs);
      if (Date.now() > deadline) throw new Thrown("InternalError", "interrupted");
      state = context.getPromiseState(promise);
      if (state.type === "pending" && jobs.value === 0) {
        throw new Thrown("", "The script awaits a promise that never resolves.");
      }
    }
    const value = state.type === "fulfilled" ? track(state.value) : unwrap({ error: state.error });
    const isCondition = job.isCondition ? context.true : context.false;
    const json = unwrap(
      context.callFunction(track(context.getProp(tools, "write")), context.undefined, value, isCondition),
    );
    answer = {
      type: "done",
      json: context.typeof(json) === "string" ? context.getString(json) : undefined,
      mustReplaceThread: false,
    };
  } catch (error) {
    answer = explain(error, job);
  }
  if (isMemoryFull()) answer = { ...answer, mustReplaceThread: true };
  if (!answer.mustReplaceThread) {
    for (const handle of handles.toReversed()) handle.dispose();
    context.dispose();
    runtime.dispose();
  }
  return answer;
}

class Thrown extends Error {
  /**
   * @param {string} name
   * @param {string} message
   * @param {string} [line]
   */
  constructor(name, message, line) {
    super(message);
    this.kind = name;
    this.line = line;
  }
}

/**
 * Compiles the code as one expression, or else as the body of an async function.
 * @param {QuickJSContext} context
 * @param {string} code
 * @param {Unwrap} unwrap
 */
function compile(context, code, unwrap) {
  const expression = context.evalCode(`(async function () { return (${code}\n); })`, "script.js");
  if (!expression.error) return unwrap(expression);
  expression.error.dispose();
  return unwrap(context.evalCode(`(async function () { ${code}\n})`, "script.js"));
}

/**
 * @param {QuickJSContext} context
 * @param {QuickJSHandle} handle
 */
function describe(context, handle) {
  /** @type {unknown} */
  let value;
  try {
    value = context.dump(handle);
  } catch {
    return new Thrown("", UNREADABLE_VALUE_MESSAGE);
  }
  if (value === null && isMemoryFull()) return new Thrown("", "out of memory");
  if (!isObject(value)) return new Thrown("", String(value));
  const line = typeof value.stack === "string" ? /script\.js:(\d+)/.exec(value.stack)?.[1] : undefined;
  const message = typeof value.message === "string" ? value.message : JSON.stringify(value);
  return new Thrown(typeof value.name === "string" ? value.name : "", message, line);
}

/**
 * @param {unknown} value
 * @returns {value is Readonly<Record<string, unknown>>}
 */
function isObject(value) {
  return typeof value === "object" && value !== null;
}

/**
 * @param {unknown} error
 * @param {Extract<ScriptJob, { type: "script" }>} job
 * @returns {ScriptJobResult}
 */
function explain(error, { code, isCondition }) {
  const noun = isCondition ? "condition" : "script";
  /** @type {(message: string, mustReplaceThread?: boolean) => ScriptJobResult} */
  const failed = (message, mustReplaceThread = false) => ({ type: "failed", message, mustReplaceThread });
  // Replaces the thread after any error that the script did not throw: the interpreter failed, and its state may be
  // corrupt.
  if (!(error instanceof Thrown)) return failed(`The ${noun} exceeded its stack or memory limit.`, true);
  const { kind, message, line } = error;
  if (message === "interrupted") return failed(`The ${noun} exceeded its time limit.`, true);
  if (message === "out of memory") {
    return failed(`The ${noun} exceeded its memory limit of ${MEMORY_MB} MB.`, true);
  }
  if (message === "stack overflow" || /Maximum call stack/.test(message)) {
    return failed(`The ${noun} exceeded its stack limit. Check it for endless recursion.`, true);
  }
  if (message === "FLOWLINE_RESULT_TOO_LARGE") {
    return failed("The result exceeds 6 MB, the limit of a variable. Return less data.");
  }
  if (kind === "TypeError" && message === "circular reference") {
    return failed("The result has a circular reference, which JSON can’t represent. Remove it.");
  }
  if (kind === "TypeError" && /bigint/i.test(message)) {
    return failed("The result contains a BigInt, which JSON can’t represent. Return a number or a string.");
  }
  // Limits the number to the lines of the code: a syntax error may be reported in the line after them.
  const place = line === undefined ? "" : ` at line ${Math.min(Number(line), code.split("\n").length)}`;
  const what = [kind, message].filter((part) => part !== "").join(": ");
  if (kind === "SyntaxError") return failed(`Invalid JavaScript${place}: ${message}.`);
  return failed(`The ${noun} failed${place}: ${what.slice(0, MAX_MESSAGE_LENGTH)}`);
}
