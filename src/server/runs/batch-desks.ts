import type { BatchKey } from "#server/store/batch-record-rows.ts";
import { BatchDesk } from "./batch-desk.ts";
import type { BatchNews } from "./batch-news.ts";
import type { RunContext } from "./run-context.ts";

interface OpenDesk {
  readonly key: BatchKey;
  readonly desk: BatchDesk;
}

/** One desk for each batch that this server works on, for as long as it does. */
export class BatchDesks {
  readonly #context: RunContext;
  readonly #news: BatchNews;
  readonly #open = new Map<string, OpenDesk>();

  constructor(context: RunContext, news: BatchNews) {
    this.#context = context;
    this.#news = news;
  }

  async use(key: BatchKey, work: (desk: BatchDesk) => Promise<void>): Promise<void> {
    const name = `${key.organizationId} ${key.batchId}`;
    const desk = this.#open.get(name)?.desk ?? new BatchDesk(this.#context, this.#news, key);
    this.#open.set(name, { key, desk });
    desk.workers += 1;
    try {
      await work(desk);
    } finally {
      desk.workers -= 1;
      if (desk.workers === 0) this.#open.delete(name);
    }
  }

  cancel(batchId: string): void {
    for (const { key, desk } of this.#open.values()) if (key.batchId === batchId) desk.isCancelled = true;
  }
}
