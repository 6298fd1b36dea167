import { describedStepTypes } from "#contract/step-descriptions/find-step-description.ts";
import type { FlowDocument } from "#core/document/flow-document.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { listParsedLanguages } from "#core/references/read-step.ts";
import type { ParsedLanguage, StepTypeLookup, TextReaders } from "#core/references/reference.ts";

const loaded: { -readonly [L in ParsedLanguage]?: TextReaders[L] } = {};

const loads: Readonly<Record<ParsedLanguage, () => Promise<void>>> = {
  script: async () => {
    loaded.script = (await import("#core/references/read-script.ts")).readScriptReferences;
  },
  liquid: async () => {
    loaded.liquid = (await import("#core/references/read-liquid.ts")).readLiquidReferences;
  },
};

function getReader<L extends ParsedLanguage>(language: L): TextReaders[L] {
  const reader: TextReaders[L] | undefined = loaded[language];
  // An unread text must never count as one without references.
  if (!reader) throw new Error(`The reader of ${language} texts is not loaded.`);
  return reader;
}

/** Reads texts with the readers that are loaded: the caller loads those of its steps by {@link loadTextReaders}. */
export const pageStepTypes: StepTypeLookup = {
  ...describedStepTypes,
  readers: {
    script: (...args) => getReader("script")(...args),
    liquid: (...args) => getReader("liquid")(...args),
  },
};

/** Lists the languages of the documents' texts whose readers are not loaded. */
export function listMissingLanguages(documents: readonly FlowDocument[]): readonly ParsedLanguage[] {
  const missing = (Object.keys(loads) as ParsedLanguage[]).filter((language) => !loaded[language]);
  if (missing.length === 0) return missing;
  const needed = new Set<ParsedLanguage>();
  for (const document of new Set(documents)) {
    for (const { node } of getLocationsOfAllSteps(document).values())
      for (const language of listParsedLanguages(node, pageStepTypes)) needed.add(language);
  }
  return missing.filter((language) => needed.has(language));
}

/** Until the documents that `listDocuments` then returns can be read: they may have changed meanwhile. */
export async function loadTextReaders(listDocuments: () => readonly FlowDocument[]): Promise<void> {
  for (;;) {
    const missing = listMissingLanguages(listDocuments());
    if (missing.length === 0) return;
    await Promise.all(missing.map((language) => loads[language]()));
  }
}

export async function loadAllTextReaders(): Promise<void> {
  await Promise.all(Object.values(loads).map((load) => load()));
}
