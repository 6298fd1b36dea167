import type { JsonObject } from "#core/json/json.ts";
import answerFromRecords from "./answer-from-records.json" with { type: "json" };
import changelogFromGithub from "./changelog-from-github.json" with { type: "json" };
import chatWithMemory from "./chat-with-memory.json" with { type: "json" };
import checkedTranslation from "./checked-translation.json" with { type: "json" };
import commentModeration from "./comment-moderation.json" with { type: "json" };
import extractToRecords from "./extract-to-records.json" with { type: "json" };
import feedbackRouter from "./feedback-router.json" with { type: "json" };
import healthCheck from "./health-check.json" with { type: "json" };
import importFromApi from "./import-from-api.json" with { type: "json" };
import incidentSummary from "./incident-summary.json" with { type: "json" };
import indexHelpPages from "./index-help-pages.json" with { type: "json" };
import invoiceReminders from "./invoice-reminders.json" with { type: "json" };
import leadResearch from "./lead-research.json" with { type: "json" };
import meetingMinutes from "./meeting-minutes.json" with { type: "json" };
import orderSummary from "./order-summary.json" with { type: "json" };
import pageDigest from "./page-digest.json" with { type: "json" };
import releaseNotes from "./release-notes.json" with { type: "json" };
import supportTriage from "./support-triage.json" with { type: "json" };
import webhookEnrichment from "./webhook-enrichment.json" with { type: "json" };
import weeklyReport from "./weekly-report.json" with { type: "json" };

/** The body of a request that creates the flow. */
export interface FlowTemplateBody {
  readonly name: string;
  readonly description: string;
  readonly flowSteps: readonly JsonObject[];
  /** Values for a test run: the flow's inputs, and the metadata of its record. Absent if the flow reads neither. */
  readonly sampleMetadata?: JsonObject;
}

export interface FlowTemplate {
  readonly id: string;
  /** A paragraph about the steps of the flow. */
  readonly about: string;
  readonly flow: FlowTemplateBody;
}

/** In the order of the gallery. About 10 kB gzip: import only dynamically in the client. */
export const FLOW_TEMPLATES = [
  { id: "order-summary", ...orderSummary },
  { id: "health-check", ...healthCheck },
  { id: "support-triage", ...supportTriage },
  { id: "answer-from-records", ...answerFromRecords },
  { id: "page-digest", ...pageDigest },
  { id: "comment-moderation", ...commentModeration },
  { id: "extract-to-records", ...extractToRecords },
  { id: "webhook-enrichment", ...webhookEnrichment },
  { id: "checked-translation", ...checkedTranslation },
  { id: "weekly-report", ...weeklyReport },
  { id: "chat-with-memory", ...chatWithMemory },
  { id: "changelog-from-github", ...changelogFromGithub },
  { id: "incident-summary", ...incidentSummary },
  { id: "import-from-api", ...importFromApi },
  { id: "lead-research", ...leadResearch },
  { id: "meeting-minutes", ...meetingMinutes },
  { id: "invoice-reminders", ...invoiceReminders },
  { id: "feedback-router", ...feedbackRouter },
  { id: "release-notes", ...releaseNotes },
  { id: "index-help-pages", ...indexHelpPages },
] as unknown as readonly FlowTemplate[];
