import { Liquid, LiquidError, Parser, type Template, Tokenizer, type TopLevelToken } from "liquidjs";
import { findLiquidNames } from "./find-liquid-names.ts";
import type { Fault, TextReading } from "./occurrence.ts";
import { findTemplates } from "./read-templates.ts";
import { NO_LIMIT, type TimeLimit, TooSlow } from "./time-limit.ts";

/**
 * Variables in a Liquid template. `hidden` are names that the step gives to the template itself. Secrets and
 * `{{flow:name}}` are no Liquid: they are filled in before.
 */
export function readLiquid(
  text: string,
  hidden: ReadonlySet<string> = new Set(),
  limit: TimeLimit = NO_LIMIT,
): TextReading {
  const { masked, faults } = maskSecrets(text, limit);
  try {
    const tokens = new PatientTokenizer(masked, limit).readTopLevelTokens(liquid.options);
    const templates = new QueueParser(limit).parseTokens(tokens);
    return { ...findLiquidNames(templates, hidden, limit), faults };
  } catch (error) {
    if (limit.isOver()) throw new TooSlow();
    return { occurrences: [], faults: [describeFault(error)], readsAll: true };
  }
}

const liquid = new Liquid();

/** Blanks of the same length take their place, so that every position stays. */
function maskSecrets(text: string, limit: TimeLimit): { masked: string; faults: readonly Fault[] } {
  const pieces: string[] = [];
  const faults: Fault[] = [];
  let done = 0;
  const blank = (from: number, to: number) => {
    pieces.push(text.slice(done, from), " ".repeat(to - from));
    done = to;
  };
  for (const template of text.includes(":") ? findTemplates(text, limit) : []) {
    if (template.type === "secret" || template.type === "bad-secret") blank(template.from, template.to);
    if (template.type === "bad-secret") faults.push(template.fault);
    if (template.type === "variable" && template.occurrence.form === "explicit") {
      blank(template.from + 2, template.occurrence.from);
    }
  }
  return { masked: pieces.join("") + text.slice(done), faults };
}

/** Looks at the time before each token. */
class PatientTokenizer extends Tokenizer {
  readonly #limit: TimeLimit;

  constructor(text: string, limit: TimeLimit) {
    super(text, liquid.options.operators);
    this.#limit = limit;
  }

  override readTopLevelToken(options: Liquid["options"]): TopLevelToken {
    this.#limit.check();
    return super.readTopLevelToken(options);
  }
}

/** Takes tokens from the end of a reversed list: `shift` on a long one moves all that are left, every time. */
class QueueParser extends Parser {
  readonly #limit: TimeLimit;

  constructor(limit: TimeLimit) {
    super(liquid);
    this.#limit = limit;
  }

  override parseTokens(tokens: TopLevelToken[]): Template[] {
    const queue = tokens.toReversed();
    queue.shift = () => {
      this.#limit.check();
      return queue.pop();
    };
    return super.parseTokens(queue);
  }
}

function describeFault(error: unknown): Fault {
  const isLiquidError = LiquidError.is(error);
  // The parser calls itself for what is nested, until the stack ends.
  if (!isLiquidError || error.originalError instanceof RangeError) {
    const message = "This template is too long or nested too deeply to be read.";
    return { code: "bad-template", message, from: 0 };
  }
  const said = error.message.replace(/, line:\d+, col:\d+$/, "");
  return { code: "bad-template", message: `This is not Liquid: ${said}.`, from: error.token.begin };
}
