import type { BatchKey } from "#server/store/batch-record-rows.ts";
import { BatchDesk } from "./batch-desk.ts";
import type { BatchNews } from "./batch-news.ts";
import type { RunContext } from "./run-context.ts";

interface OpenDesk {
  readonly key: BatchKey;
  readonly desk: BatchDesk;
  workers: number;
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
    const open = this.#open.get(name) ?? this.#make(key);
    this.#open.set(name, open);
    open.workers += 1;
    try {
      await work(open.desk);
    } finally {
      open.workers -= 1;
      if (open.workers === 0) this.#open.delete(name);
    }
  }

  cancel(batchId: string): void {
    for (const { key, desk } of this.#open.values()) if (key.batchId === batchId) desk.isCancelled = true;
  }

  #make(key: BatchKey): OpenDesk {
    return { key, desk: new BatchDesk(this.#context, this.#news, key), workers: 0 };
  }
}
