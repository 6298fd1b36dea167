import type { ModelServerConnectionFailure, ModelServerCheckResult } from "#contract/environment.ts";
import { formatDuration } from "#client/ui/format/format-duration.ts";
import type { StatusTone } from "./environment-parts.tsx";

interface StatusDescription {
  readonly tone: StatusTone;
  readonly title: string;
  readonly text?: string;
}

const FAILURES: Readonly<Record<ModelServerConnectionFailure, Omit<StatusDescription, "tone">>> = {
  refused: { title: "Connection refused", text: "Check that the model server is running." },
  "not-found": { title: "Host not found", text: "Check the host in FLOWLINE_MODEL_BASE_URL." },
  certificate: { title: "Certificate rejected", text: "Check the certificate of the model server." },
  broken: {
    title: "Connection failed",
    text: "Check FLOWLINE_MODEL_BASE_URL and the network of this server.",
  },
};

export function describeModelServer(check: ModelServerCheckResult): StatusDescription {
  const { state, status, reason, durationMs } = check;
  const took = durationMs === undefined ? "" : ` within ${formatDuration(durationMs)}`;
  switch (state) {
    case "not-configured":
      return {
        tone: "missing",
        title: "Not configured",
        text: "Set FLOWLINE_MODEL_BASE_URL to run prompt steps.",
      };
    case "reachable":
      return { tone: "good", title: "Reachable" };
    case "no-model-list":
      return {
        tone: "warning",
        title: "No model list",
        text: "The response is not a model list, but prompts may still run. Check the path of FLOWLINE_MODEL_BASE_URL.",
      };
    case "list-too-long":
      return {
        tone: "warning",
        title: "Model list too long",
        text: "The response is too large to list models, but prompts may still run. Check the path of FLOWLINE_MODEL_BASE_URL.",
      };
    case "unauthorized":
      return {
        tone: "bad",
        title: "Key rejected",
        text: `The server responded with ${status}. Check FLOWLINE_MODEL_API_KEY.`,
      };
    case "failed":
      return {
        tone: "bad",
        title: "Failing",
        text: `The server responded with ${status}${status === 429 ? ", too many requests" : ""}. Retry later.`,
      };
    case "not-an-api":
      return {
        tone: "bad",
        title: "Not a model API",
        text: "The response is not JSON. Check FLOWLINE_MODEL_BASE_URL.",
      };
    case "redirected":
      return {
        tone: "bad",
        title: "Redirects",
        text: "Redirects are not followed, so that the key stays with this host. Set FLOWLINE_MODEL_BASE_URL to the final URL.",
      };
    case "timed-out":
      return {
        tone: "bad",
        title: "No response",
        text: `No response${took}. Check that the model server is running.`,
      };
    case "unreachable":
      return { tone: "bad", ...FAILURES[reason ?? "broken"] };
  }
}
