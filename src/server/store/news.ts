import { randomBytes } from "node:crypto";

/** Something that a write did, told to every server on the store once it is committed. */
export interface News {
  /** Random, so that no two servers ever mean different news by it, and so that it counts nothing. */
  readonly id: string;
  readonly organizationId: string;
  readonly event: string;
  /** JSON text. Kept short: PostgreSQL carries less than 8,000 bytes. */
  readonly data: string;
}

export type UnsentNews = Omit<News, "id">;

/** Tells news in a write's transaction; they are gone with it where it is rolled back. */
export type Tell = (news: UnsentNews) => void;

export interface NewsListener {
  readonly onNews: (news: News) => void;
  /** Something may have been missed. */
  readonly onGap: () => void;
}

/** Those who listen in this process. */
export class NewsListeners {
  readonly #all = new Set<NewsListener>();

  add(listener: NewsListener): () => void {
    this.#all.add(listener);
    return () => void this.#all.delete(listener);
  }

  tell(news: News): void {
    for (const listener of this.#all) listener.onNews(news);
  }

  tellGap(): void {
    for (const listener of this.#all) listener.onGap();
  }
}

export function nameNews(news: UnsentNews): News {
  return { id: mintNewsId(), ...news };
}

export function mintNewsId(): string {
  return randomBytes(9).toString("base64url");
}
