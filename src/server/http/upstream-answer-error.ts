/** Thrown to answer a request with a response of the connected API as it is: an error, or an unreadable success. */
export class UpstreamAnswerError extends Error {
  override readonly name = "UpstreamAnswerError";
  readonly response: Response;

  constructor(response: Response) {
    super(`The connected API answered with status ${response.status}.`);
    this.response = response;
  }
}
