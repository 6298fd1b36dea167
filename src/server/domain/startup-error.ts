/** A reason not to start the server. The message is one sentence for the terminal; the process exits with code 2. */
export class StartupError extends Error {
  override readonly name = "StartupError";
}
