/** A reason not to start. The message is one sentence for the person at the terminal; the process exits with code 2. */
export class StartupError extends Error {
  override readonly name = "StartupError";
}
