import type { JsonValue } from "#core/json/json.ts";
import { type StepTemplateFiller, formatTemplateValue } from "#server/runner/step-template-filler.ts";
import type { StepTemplateAndScriptParser } from "#server/runner/template-and-script-parser.ts";
import { findScriptTemplates } from "#core/references/find-script-templates.ts";

export interface FilledScript {
  readonly code: string;
  readonly filled: readonly JsonValue[];
}

/** Escaped text in strings and patterns, references elsewhere: a value never becomes code. */
export async function fillScriptTemplates(
  code: string,
  filler: StepTemplateFiller,
  texts: Pick<StepTemplateAndScriptParser, "findEnclosingSyntax">,
  signal: AbortSignal,
): Promise<FilledScript> {
  const templates = findScriptTemplates(code);
  const places = templates.length > 0 ? await texts.findEnclosingSyntax(code, signal) : undefined;
  if (places === undefined) return { code, filled: [] };
  const filled: JsonValue[] = [];
  const pieces: string[] = [];
  let done = 0;
  for (const [index, template] of templates.entries()) {
    const place = places[index];
    const value = place === "comment" ? undefined : filler.read(template, code);
    if (value === undefined) continue;
    pieces.push(code.slice(done, template.from));
    if (place === "string") pieces.push(escapeText(formatTemplateValue(value)));
    else if (place === "pattern") pieces.push(escapePattern(formatTemplateValue(value)));
    else {
      pieces.push(` (__filled[${filled.length}])`);
      filled.push(value);
    }
    done = template.to;
  }
  return { code: pieces.join("") + code.slice(done), filled };
}

function escapePattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`).replaceAll("\n", String.raw`\n`);
}

/** For any type of quotes; `JSON.stringify` escapes only line breaks and double quotes. */
function escapeText(text: string): string {
  return JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(/['`]|\$(?=\{)/g, String.raw`\$&`);
}
