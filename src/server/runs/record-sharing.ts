import { randomUUID } from "node:crypto";
import type {
  ChangeEvent,
  ChangeEventWithoutId,
  PublishChangeEvent,
} from "#server/store/change-listeners.ts";
import type { Store } from "#server/store/store.ts";

/** Pause between two requests of an idle worker for records. */
const ASK_MS = 1000;
/** How long a busy worker leaves records to an idle one that asked, from the first record that it leaves. */
const SHARE_MS = 150;
const IDLE_EVENT = "worker.idle";
const SHARED_EVENT = "worker.shared";

interface RecordSharingOptions {
  readonly store: Store;
  /** Number of records that this worker runs. */
  readonly countRunning: () => number;
  /** Lets this worker take records if there are any. */
  readonly look: () => void;
}

/** A busy worker takes records as they end. An idle one asks by an event; the busy one leaves some for it. */
export class RecordSharing {
  readonly #options: RecordSharingOptions;
  readonly #id = randomUUID();
  #mayAskAt = 0;
  #willLook = false;
  #isAsked = false;
  #leavesUntil = 0;

  constructor(options: RecordSharingOptions) {
    this.#options = options;
  }

  /** Whether this worker currently leaves records to an idle one, and so must not take any. */
  get isLeaving(): boolean {
    return performance.now() < this.#leavesUntil;
  }

  /** Asks the other workers for records. If it asked less than a second ago, looks again a second after that. */
  async ask(): Promise<void> {
    const { store, look } = this.#options;
    const leftMs = this.#mayAskAt - performance.now();
    if (leftMs > 0) {
      if (this.#willLook) return;
      this.#willLook = true;
      setTimeout(() => {
        this.#willLook = false;
        look();
      }, leftMs).unref();
      return;
    }
    this.#mayAskAt = performance.now() + ASK_MS;
    await store.write(async (_tx, publish) => publish(this.#createEvent(IDLE_EVENT)));
  }

  /** Handles the events of other workers: one that has no records asks for some, and one that has many leaves some. */
  heed({ event, data }: ChangeEvent): void {
    const isIdle = event === IDLE_EVENT;
    if (!isIdle && event !== SHARED_EVENT) return;
    if ((JSON.parse(data) as { readonly id: string }).id === this.#id) return;
    const running = this.#options.countRunning();
    if (isIdle) this.#isAsked ||= running > 1;
    else if (running === 0) this.#options.look();
  }

  /** All, or half while it leaves records to an idle worker; then publishes that. */
  leaveHalf(publish: PublishChangeEvent, count: number): number {
    if (count === 0) return 0;
    if (this.#isAsked) {
      this.#isAsked = false;
      this.#leavesUntil = performance.now() + SHARE_MS;
      setTimeout(this.#options.look, SHARE_MS).unref();
    } else if (!this.isLeaving) return count;
    publish(this.#createEvent(SHARED_EVENT));
    return Math.floor(count / 2);
  }

  #createEvent(event: string): ChangeEventWithoutId {
    return { organizationId: "", event, data: JSON.stringify({ id: this.#id }) };
  }
}
