export const STEP_CATEGORIES = ["AI", "Context", "Actions", "Records", "Replies", "Control"] as const;
export type StepCategory = (typeof STEP_CATEGORIES)[number];

export interface StepType {
  readonly type: string;
  readonly label: string;
  readonly category: StepCategory;
  readonly icon: string;
}

const entry = (type: string, label: string, category: StepCategory, icon: string): StepType => ({
  type,
  label,
  category,
  icon,
});

/**
 * The 29 step types of the API's enum, plus `loop`, `get-record`, `list-records` and `create-records`, which only newer
 * documentation of the platform lists.
 */
export const STEP_TYPES: readonly StepType[] = [
  entry("prompt", "Prompt", "AI", "sparkles"),
  entry("execute-agent", "Run agent", "AI", "bot"),
  entry("generate-embedding", "Generate embedding", "AI", "binary"),
  entry("tool-call", "Call tool", "AI", "wrench"),
  entry("save-memory", "Save memory", "AI", "brain"),
  entry("recall-memory", "Recall memory", "AI", "history"),
  entry("memory-summary", "Summarize memory", "AI", "notebook-text"),
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

/** Returns undefined for an unknown type; steps of such a type can still be shown, moved and saved. */
export function findStepType(type: string): StepType | undefined {
  return byType.get(type);
}
