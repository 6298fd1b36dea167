import type { StepTypeDescription } from "#contract/step-description.ts";
import { actionStepDescriptions } from "./action-steps.ts";
import { aiStepDescriptions } from "./ai-steps.ts";
import { apiStepDescriptions } from "./api-steps.ts";
import { contextStepDescriptions } from "./context-steps.ts";
import { controlStepDescriptions } from "./control-steps.ts";
import { memoryStepDescriptions } from "./memory-steps.ts";
import { messageSendingStepTypes } from "./message-sending-step-types.ts";
import { recordStepDescriptions } from "./record-steps.ts";

/** The 29 of the API's enum, and four that only newer documentation of the platform lists. */
export const STEP_DESCRIPTIONS = {
  AI: [...aiStepDescriptions, ...memoryStepDescriptions],
  Context: contextStepDescriptions,
  Actions: [...apiStepDescriptions, ...actionStepDescriptions],
  Records: recordStepDescriptions,
  Replies: messageSendingStepTypes,
  Control: controlStepDescriptions,
} as const satisfies Readonly<Record<string, readonly StepTypeDescription[]>>;
