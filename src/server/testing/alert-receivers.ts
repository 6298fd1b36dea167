import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

export interface ReceivedRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface ReceivedMail {
  readonly to: readonly string[];
  readonly text: string;
}

export interface AlertReceivers {
  readonly requests: ReceivedRequest[];
  readonly mails: ReceivedMail[];
  /** `host:port` of the HTTP server. */
  readonly place: string;
  readonly smtpUrl: string;
  /** Answers of the HTTP server: a status, or undefined for none at all, or a connection that breaks. */
  answer: (request: ReceivedRequest) => number | "break" | undefined;
  close(): Promise<void>;
}

/** Starts an HTTP and a mail server that keep what they receive. */
export async function startAlertReceivers(): Promise<AlertReceivers> {
  const requests: ReceivedRequest[] = [];
  const mails: ReceivedMail[] = [];
  const http: Server = createServer((request, response) => {
    const chunks: Uint8Array[] = [];
    request.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    request.on("end", () => {
      const { url: path = "" } = request;
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      const received = { path, headers, body: Buffer.concat(chunks).toString() };
      requests.push(received);
      const status = receivers.answer(received);
      if (status === "break") response.destroy();
      else if (status !== undefined) response.writeHead(status, { location: "http://127.0.0.1:1/" }).end();
    });
  });
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData: (stream, { envelope }, callback) => {
      const chunks: Uint8Array[] = [];
      stream.on("data", (chunk: Uint8Array) => chunks.push(chunk));
      stream.on("end", () => {
        const to = envelope.rcptTo.map(({ address }) => address);
        // Joins the lines that the encoding of long ones has split.
        mails.push({ to, text: Buffer.concat(chunks).toString().replaceAll("=\r\n", "") });
        callback();
      });
    },
  });
  // A sender that is killed breaks its connection.
  smtp.on("error", () => undefined);
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  await new Promise<void>((resolve) => void smtp.listen(0, "127.0.0.1", resolve));
  const receivers: AlertReceivers = {
    requests,
    mails,
    place: `127.0.0.1:${(http.address() as AddressInfo).port}`,
    smtpUrl: `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}`,
    answer: () => 204,
    close: async () => {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      await new Promise<void>((resolve) => smtp.close(resolve));
    },
  };
  return receivers;
}
