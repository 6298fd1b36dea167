import { type News, mintNewsId } from "#server/store/news.ts";

const KEPT = 128;

interface Entry {
  readonly id: string;
  readonly at: number;
  readonly news: News | undefined;
}

/**
 * The latest news, so that whoever was away for a moment goes on exactly where they were. It begins with a mark, which
 * only those have who were here then.
 */
export class EventLog {
  #entries: Entry[];

  constructor(at: number) {
    this.#entries = [mark(at)];
  }

  add(news: News, at: number): void {
    this.#entries.push({ id: news.id, at, news });
    if (this.#entries.length > KEPT) this.#entries.shift();
  }

  /** Begins anew, since something was missed: nobody can go on from before this. */
  forget(at: number): void {
    this.#entries = [mark(at)];
  }

  get latest(): string {
    return this.#entries.at(-1)?.id ?? "";
  }

  /** What came after `id`, or undefined where that is not known for sure. */
  after(id: string): readonly News[] | undefined {
    const index = this.#entries.findLastIndex((entry) => entry.id === id);
    if (index < 0) return undefined;
    return this.#entries.slice(index + 1).flatMap(({ news }) => news ?? []);
  }

  /** The last entry that is no younger than `at`, or undefined where they all are. */
  before(at: number): string | undefined {
    return this.#entries.findLast((entry) => entry.at <= at)?.id;
  }
}

function mark(at: number): Entry {
  return { id: mintNewsId(), at, news: undefined };
}
