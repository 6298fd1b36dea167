import { type MockInstance, vi } from "vitest";

interface SimulatedTransaction {
  readonly _requests: readonly { readonly request: EventTarget }[];
  readonly _execRequestAsync: (request: { source: unknown; operation: () => never }) => IDBRequest;
  readonly _abort: (name: string) => void;
}

export function failIndexedDbPuts(error: string): MockInstance {
  return vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function put(this: IDBObjectStore) {
    const operation = () => {
      throw new DOMException("Not today", error);
    };
    const transaction = this.transaction as unknown as SimulatedTransaction;
    return transaction["_execRequestAsync"]({ source: this, operation }) as IDBRequest<IDBValidKey>;
  });
}

/** Makes the commit fail after all requests succeeded, as on a full disk. */
export function failIndexedDbCommits(error: string): MockInstance {
  return vi.spyOn(IDBTransaction.prototype, "commit").mockImplementation(function commit(
    this: IDBTransaction,
  ) {
    const transaction = this as unknown as SimulatedTransaction;
    const last = transaction["_requests"].at(-1)?.request;
    last?.addEventListener("success", () => transaction["_abort"](error));
  });
}
