const MIB = 1024 * 1024;

/** In milliseconds or bytes. Script threads get theirs as `workerData`: they cannot import TypeScript. */
export const RUN_LIMITS = {
  scriptMs: 10_000,
  /** Maximum memory of all scripts in one thread, in bytes. */
  scriptBytes: 64 * MIB,
  variableBytes: 6 * MIB,
  allVariablesBytes: 48 * MIB,
  /** Maximum number of values, nested ones included, in the result of a step. */
  resultValues: 200_000,
  httpAnswerBytes: 5 * MIB,
  modelAnswerBytes: 20 * MIB,
} as const;
