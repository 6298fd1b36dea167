import { readLiquidReferences } from "./read-liquid.ts";
import { readScriptReferences } from "./read-script.ts";
import type { TextReaders } from "./reference.ts";

/** Loads all parsers at once. */
export const textReaders: TextReaders = { script: readScriptReferences, liquid: readLiquidReferences };
