import { textReaders } from "#core/references/text-readers.ts";
import type { StepTypeLookup } from "#core/references/reference.ts";
import { describedStepTypes } from "./find-step-description.ts";

/** The step types for the core, which must not import the contract. Loads all parsers at once. */
export const stepTypeLookup: StepTypeLookup = { ...describedStepTypes, readers: textReaders };
