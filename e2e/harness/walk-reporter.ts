import type { Reporter, TestCase } from "@playwright/test/reporter";

/** Type of the annotation that holds the result of a completed walk action as JSON. */
export const WALK_RESULT_ANNOTATION = "walk";

interface WalkResult {
  readonly column: string;
  readonly action: string;
  readonly requests: number;
}

/** Prints the table of the walk on the real API: for each action and condition, the requests that it took. */
export default class WalkReporter implements Reporter {
  readonly #results: WalkResult[] = [];

  onTestEnd({ annotations }: TestCase): void {
    for (const { type, description } of annotations)
      if (type === WALK_RESULT_ANNOTATION) this.#results.push(JSON.parse(description ?? "{}") as WalkResult);
  }

  onEnd(): void {
    const columns = [...new Set(this.#results.map(({ column }) => column))];
    const actions = [...new Set(this.#results.map(({ action }) => action))];
    if (columns.length === 0) return;
    const cellOf = (action: string, column: string) => {
      const found = this.#results.find((result) => result.action === action && result.column === column);
      return found ? `✓ ${found.requests}` : "✗";
    };
    const lines = actions.map((action) => [action, ...columns.map((column) => cellOf(action, column))]);
    const rows = [["Action (✓ requests)", ...columns], columns.map(() => "---").concat("---"), ...lines];
    process.stdout.write(`\n${rows.map((row) => `| ${row.join(" | ")} |`).join("\n")}\n`);
  }

  printsToStdio(): boolean {
    return false;
  }
}
