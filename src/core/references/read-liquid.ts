import { Liquid, LiquidError, Parser, type Template, Tokenizer, type TopLevelToken } from "liquidjs";
import { findLiquidVariables } from "./find-liquid-variables.ts";
import type { TextFaultWithoutPath, TextReferences } from "./occurrence.ts";
import { findTemplateExpressions } from "./read-templates.ts";
import { NO_PARSE_TIME_LIMIT, type ParseTimeLimit, ParseTimeLimitError } from "./time-limit.ts";

/** Without the `hidden` names, and without secrets and `{{flow:name}}`, which are replaced before Liquid runs. */
export function readLiquidReferences(
  text: string,
  hidden: ReadonlySet<string> = new Set(),
  limit: ParseTimeLimit = NO_PARSE_TIME_LIMIT,
): TextReferences {
  const { masked, faults } = maskSecrets(text, limit);
  try {
    const tokens = new TimeLimitedTokenizer(masked, limit).readTopLevelTokens(liquid.options);
    const templates = new QueueParser(limit).parseTokens(tokens);
    return { ...findLiquidVariables(templates, hidden, limit), faults };
  } catch (error) {
    if (limit.isOver()) throw new ParseTimeLimitError();
    return { occurrences: [], faults: [describeFault(error)], readsAll: true };
  }
}

const liquid = new Liquid();

/** Replaces secrets, and the prefix of `{{flow:name}}`, by spaces of the same length, so that offsets stay valid. */
function maskSecrets(
  text: string,
  limit: ParseTimeLimit,
): { masked: string; faults: readonly TextFaultWithoutPath[] } {
  const pieces: string[] = [];
  const faults: TextFaultWithoutPath[] = [];
  let done = 0;
  const blank = (from: number, to: number) => {
    pieces.push(text.slice(done, from), " ".repeat(to - from));
    done = to;
  };
  for (const template of text.includes(":") ? findTemplateExpressions(text, limit) : []) {
    if (template.type === "secret" || template.type === "bad-secret") blank(template.from, template.to);
    if (template.type === "bad-secret") faults.push(template.fault);
    if (template.type === "variable" && template.occurrence.form === "explicit") {
      blank(template.from + 2, template.occurrence.from);
    }
  }
  return { masked: pieces.join("") + text.slice(done), faults };
}

class TimeLimitedTokenizer extends Tokenizer {
  readonly #limit: ParseTimeLimit;

  constructor(text: string, limit: ParseTimeLimit) {
    super(text, liquid.options.operators);
    this.#limit = limit;
  }

  override readTopLevelToken(options: Liquid["options"]): TopLevelToken {
    this.#limit.check();
    return super.readTopLevelToken(options);
  }
}

/** From the end of a reversed list: `shift` takes linear time on a long array. */
class QueueParser extends Parser {
  readonly #limit: ParseTimeLimit;

  constructor(limit: ParseTimeLimit) {
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

function describeFault(error: unknown): TextFaultWithoutPath {
  const isLiquidError = LiquidError.is(error);
  // Reports a RangeError as an error of the template: deeply nested templates overflow the call stack of the parser.
  if (!isLiquidError || error.originalError instanceof RangeError) {
    const message = "Template is too long or nested too deeply.";
    return { code: "bad-template", message, from: 0 };
  }
  const detail = error.message.replace(/, line:\d+, col:\d+$/, "");
  return { code: "bad-template", message: `Invalid Liquid: ${detail}.`, from: error.token.begin };
}
