import { Liquid } from "liquidjs";

/** @import { ScriptJobResult, ScriptJob } from "./script-job.ts" */

const RESULT_LIMIT = 6 * 1024 * 1024;

/**
 * Renders a Liquid template. The template can access the given variables and partials only: no files, and no inherited
 * properties of objects.
 * @param {Extract<ScriptJob, { type: "liquid" }>} job
 * @param {number} deadline milliseconds since the epoch
 * @returns {ScriptJobResult}
 */
export function renderLiquid(job, deadline) {
  const engine = new Liquid({
    templates: { ...job.partials },
    ownPropertyOnly: true,
    parseLimit: 4 * 1024 * 1024,
    renderLimit: Math.max(1, deadline - Date.now()),
    memoryLimit: 64 * 1024 * 1024,
    // Writes objects as JSON, as templates outside of Liquid do.
    outputEscape: (value) => (typeof value === "object" && value !== null ? JSON.stringify(value) : value),
  });
  try {
    const text = engine.parseAndRenderSync(job.template, createLazyScope(job.variables));
    if (text.length > RESULT_LIMIT) {
      return failed("The output exceeds 6 MB, the limit of a variable.");
    }
    return { type: "done", json: JSON.stringify(text), mustReplaceThread: false };
  } catch (error) {
    return failed(explain(error));
  }
}

/** @type {(message: string) => ScriptJobResult} */
const failed = (message) => ({ type: "failed", message, mustReplaceThread: false });

/**
 * Creates an object that parses each variable on its first read.
 * @param {Readonly<Record<string, string>>} variables
 */
function createLazyScope(variables) {
  const scope = {};
  for (const [name, json] of Object.entries(variables)) {
    Object.defineProperty(scope, name, {
      enumerable: true,
      configurable: true,
      get() {
        const value = JSON.parse(json);
        Object.defineProperty(scope, name, { value, enumerable: true });
        return value;
      },
    });
  }
  return scope;
}

/** @param {unknown} error */
function explain(error) {
  const message = error instanceof Error ? error.message : String(error);
  const line = /line:(\d+)/.exec(message)?.[1];
  const place = line === undefined ? "" : ` at line ${line}`;
  if (/render limit exceeded/.test(message)) return "The template exceeded its time limit.";
  if (/memory alloc limit exceeded/.test(message)) {
    return "The template exceeded its memory limit of 64 MB.";
  }
  if (/parse length limit exceeded/.test(message)) return "The template exceeds 4 MB.";
  const missing = /ENOENT: Failed to lookup "([^"]*)"/.exec(message)?.[1];
  if (missing !== undefined) {
    return `Partial “${missing}” not found. Add a partial with this name.`;
  }
  if (/call stack/.test(message)) return "The template includes itself or is nested too deeply.";
  return `Couldn’t render the template${place}: ${message.replace(/, (?:file:[^,]*, )?line:\d+, col:\d+/, "")}.`;
}
