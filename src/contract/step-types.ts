/** The families of step types, in the order in which they are shown. */
export const FAMILIES = ["AI", "Context", "Actions", "Records", "Replies", "Control"] as const;
export type Family = (typeof FAMILIES)[number];

export interface StepType {
  readonly type: string;
  readonly label: string;
  readonly family: Family;
  /** A lucide icon name. */
  readonly icon: string;
}

const entry = (type: string, label: string, family: Family, icon: string): StepType => ({
  type,
  label,
  family,
  icon,
});

/**
 * The step types a flow may hold: the 29 of the API's enum, and `loop`, `get-record`, `list-records` and
 * `create-records`, which later platform texts name.
 */
export const STEP_TYPES: readonly StepType[] = [
  entry("prompt", "Prompt", "AI", "sparkles"),
  entry("execute-agent", "Run agent", "AI", "bot"),
  entry("generate-embedding", "Generate embedding", "AI", "binary"),
  entry("tool-call", "Call tool", "AI", "wrench"),
  entry("save-memory", "Save memory", "AI", "brain"),
  entry("recall-memory", "Recall memory", "AI", "history"),
  entry("memory-summary", "Summarise memory", "AI", "notebook-text"),
  entry("fetch-url", "Fetch URL", "Context", "globe"),
  entry("crawl", "Crawl website", "Context", "network"),
  entry("fetch-github", "Fetch GitHub", "Context", "folder-git-2"),
  entry("search", "AI search", "Context", "search"),
  entry("vector-search", "Vector search", "Context", "scan-search"),
  entry("api-call", "API call", "Actions", "webhook"),
  entry("paginate-api", "Paginate API", "Actions", "book-copy"),
  entry("transform-data", "Transform data", "Actions", "braces"),
  entry("template", "Template", "Actions", "file-text"),
  entry("generate-pdf", "Generate PDF", "Actions", "file-type"),
  entry("store-asset", "Store asset", "Actions", "hard-drive-upload"),
  entry("store-vector", "Store vector", "Actions", "database-zap"),
  entry("retrieve-record", "Retrieve record", "Records", "file-search"),
  entry("get-record", "Get record", "Records", "file-down"),
  entry("list-records", "List records", "Records", "list"),
  entry("create-records", "Create records", "Records", "file-plus"),
  entry("upsert-record", "Upsert record", "Records", "file-check"),
  entry("update-record", "Update record", "Records", "file-pen"),
  entry("send-email", "Send email", "Replies", "mail"),
  entry("send-text", "Send text", "Replies", "message-square"),
  entry("send-event", "Send event", "Replies", "radio"),
  entry("send-stream", "Send stream", "Replies", "cast"),
  entry("conditional", "Conditional", "Control", "split"),
  entry("loop", "Loop", "Control", "repeat"),
  entry("set-variable", "Set variable", "Control", "variable"),
  entry("wait-until", "Wait until", "Control", "timer"),
];

const byType: ReadonlyMap<string, StepType> = new Map(STEP_TYPES.map((step) => [step.type, step]));

/** Undefined for a type that this catalogue does not know: such steps are shown, moved and saved all the same. */
export function findStepType(type: string): StepType | undefined {
  return byType.get(type);
}
