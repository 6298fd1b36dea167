import { type MockInstance, vi } from "vitest";

/** The parts of the simulated storage that a browser has no names for. */
interface SimulatedTransaction {
  readonly _requests: readonly { readonly request: EventTarget }[];
  readonly _execRequestAsync: (request: { source: unknown; operation: () => never }) => IDBRequest;
  readonly _abort: (name: string) => void;
}

/** Every put fails by itself, as where there is no room for what is put. */
export function failPuts(error: string): MockInstance {
  return vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function put(this: IDBObjectStore) {
    const operation = () => {
      throw new DOMException("Not today", error);
    };
    const transaction = this.transaction as unknown as SimulatedTransaction;
    return transaction["_execRequestAsync"]({ source: this, operation }) as IDBRequest<IDBValidKey>;
  });
}

/** Everything seems to go well until the very end, as where the disk is full when it is asked to keep what it was given. */
export function failCommits(error: string): MockInstance {
  return vi.spyOn(IDBTransaction.prototype, "commit").mockImplementation(function commit(
    this: IDBTransaction,
  ) {
    const transaction = this as unknown as SimulatedTransaction;
    const last = transaction["_requests"].at(-1)?.request;
    last?.addEventListener("success", () => transaction["_abort"](error));
  });
}
