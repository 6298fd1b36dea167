import { createContext } from "react";
import type { StepKey } from "#core/flow-document.ts";

/** The way from what a step did to the step itself. */
export const StepPath = createContext<(key: StepKey) => void>(() => undefined);
