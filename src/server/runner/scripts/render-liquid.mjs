import { Liquid } from "liquidjs";

const RESULT_LIMIT = 6 * 1024 * 1024;

/**
 * Fills a Liquid template. It sees the variables and the partials that came with it: no files, and of an object nothing
 * but what is its own.
 *
 * @param {Extract<import("./script-job.ts").ScriptJob, { type: "liquid" }>} job
 * @param {number} deadline milliseconds since the epoch
 * @returns {import("./script-job.ts").ScriptAnswer}
 */
export function renderLiquid(job, deadline) {
  const engine = new Liquid({
    templates: { ...job.partials },
    ownPropertyOnly: true,
    parseLimit: 4 * 1024 * 1024,
    renderLimit: Math.max(1, deadline - Date.now()),
    memoryLimit: 64 * 1024 * 1024,
    // As templates elsewhere write them.
    outputEscape: (value) => (typeof value === "object" && value !== null ? JSON.stringify(value) : value),
  });
  try {
    const text = engine.parseAndRenderSync(job.template, readLater(job.variables));
    if (text.length > RESULT_LIMIT) {
      return failed("The filled template is larger than the 6 MB that a variable can hold.");
    }
    return { type: "done", json: JSON.stringify(text) };
  } catch (error) {
    return failed(explain(error));
  }
}

const failed = (message) => ({ type: "failed", message, isSpoilt: false });

/** Parses a variable when it is first read. */
function readLater(variables) {
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

function explain(error) {
  const said = error instanceof Error ? error.message : String(error);
  const line = /line:(\d+)/.exec(said)?.[1];
  const place = line === undefined ? "" : ` at line ${line}`;
  if (/render limit exceeded/.test(said)) return "The template took too long to be filled and was stopped.";
  if (/memory alloc limit exceeded/.test(said)) {
    return "The template needed more than the 64 MB of memory that it may have.";
  }
  if (/parse length limit exceeded/.test(said)) return "The template is longer than 4 MB.";
  const missing = /ENOENT: Failed to lookup "([^"]*)"/.exec(said)?.[1];
  if (missing !== undefined) {
    return `The template includes “${missing}”, which is not among its partials: add a partial of that name.`;
  }
  if (/call stack/.test(said)) return "The template includes itself, or is nested too deeply.";
  return `The template cannot be filled${place}: ${said.replace(/, (?:file:[^,]*, )?line:\d+, col:\d+/, "")}.`;
}
