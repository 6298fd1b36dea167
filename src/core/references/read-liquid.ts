import { Liquid, LiquidError, Parser, type Template, Tokenizer, type TopLevelToken } from "liquidjs";
import { findLiquidNames } from "./find-liquid-names.ts";
import type { Fault, TextReading } from "./occurrence.ts";
import { findTemplates } from "./read-templates.ts";

/**
 * Variables in a Liquid template. `hidden` are names that the step gives to the template itself. Secrets and
 * `{{flow:name}}` are no Liquid: they are filled in before.
 */
export function readLiquid(text: string, hidden: ReadonlySet<string> = new Set()): TextReading {
  const { masked, faults } = maskSecrets(text);
  try {
    const tokens = new Tokenizer(masked, liquid.options.operators).readTopLevelTokens(liquid.options);
    const templates = new QueueParser(liquid).parseTokens(tokens);
    return { occurrences: findLiquidNames(templates, hidden), faults };
  } catch (error) {
    return { occurrences: [], faults: [describeFault(error)] };
  }
}

const liquid = new Liquid();

/** Blanks of the same length take their place, so that every position stays. */
function maskSecrets(text: string): { masked: string; faults: readonly Fault[] } {
  const pieces: string[] = [];
  const faults: Fault[] = [];
  let done = 0;
  const blank = (from: number, to: number) => {
    pieces.push(text.slice(done, from), " ".repeat(to - from));
    done = to;
  };
  for (const template of text.includes(":") ? findTemplates(text) : []) {
    if (template.type === "secret" || template.type === "bad-secret") blank(template.from, template.to);
    if (template.type === "bad-secret") faults.push(template.fault);
    if (template.type === "variable" && template.occurrence.form === "explicit") {
      blank(template.from + 2, template.occurrence.from);
    }
  }
  return { masked: pieces.join("") + text.slice(done), faults };
}

/** Takes tokens from the end of a reversed list: `shift` on a long one moves all that are left, every time. */
class QueueParser extends Parser {
  override parseTokens(tokens: TopLevelToken[]): Template[] {
    const queue = tokens.toReversed();
    queue.shift = () => queue.pop();
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
