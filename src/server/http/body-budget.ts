import { HttpError } from "./http-error.ts";

const MIB = 1024 * 1024;

export interface BodyMemoryLimits {
  readonly all: number;
  readonly caller: number;
  /** Maximum total bytes of the bodies of all callers without a valid key. */
  readonly anonymous: number;
  /** Maximum pause in milliseconds between two chunks of a body. */
  readonly idleMs: number;
}

const LIMITS: BodyMemoryLimits = { all: 128 * MIB, caller: 64 * MIB, anonymous: 16 * MIB, idleMs: 30_000 };

/** Counts received bytes: a client that only announces a large body must not block others. */
export class BodyMemoryBudget {
  readonly #limits: BodyMemoryLimits;
  readonly #held = new Map<string, number>();
  #inFlight = 0;

  constructor(limits: Partial<BodyMemoryLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits };
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  open(caller: string | undefined): BodyMemoryReservation {
    const { all, caller: own, anonymous, idleMs } = this.#limits;
    const name = caller ?? "";
    const most = caller === undefined ? anonymous : own;
    let taken = 0;
    const add = (bytes: number) => {
      taken += bytes;
      this.#inFlight += bytes;
      const held = (this.#held.get(name) ?? 0) + bytes;
      if (held === 0) this.#held.delete(name);
      else this.#held.set(name, held);
    };
    return {
      idleMs,
      take: (bytes) => {
        if (taken + bytes > most) throw tooLarge();
        if (this.#inFlight + bytes > all || (this.#held.get(name) ?? 0) + bytes > most) throw tooMuch();
        add(bytes);
      },
      release: () => add(-taken),
    };
  }
}

export interface BodyMemoryReservation {
  readonly idleMs: number;
  take(bytes: number): void;
  release(): void;
}

/** The values of one body alone exceed what its caller may have, so that a retry would not help. */
function tooLarge(): HttpError {
  const message = "The body has too many values.";
  return new HttpError(413, message, [{ message, code: "BODY_TOO_LARGE" }], {
    headers: { connection: "close" },
  });
}

function tooMuch(): HttpError {
  const message = "The server is busy with large requests. Retry in a moment.";
  return new HttpError(503, message, [{ message, code: "SERVER_BUSY" }], {
    headers: { "retry-after": "1", connection: "close" },
  });
}
