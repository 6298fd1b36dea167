export function createFakeWebLocks() {
  const held = new Map<string, { readonly page: string; readonly end: () => void }>();
  const lockManagerOf = (page: string) => ({
    request: async (name: string, _: LockOptions, grant: LockGrantedCallback<unknown>): Promise<unknown> => {
      await Promise.resolve();
      if (held.has(name)) return grant(null);
      return new Promise((resolve, reject) => {
        const end = () => void held.delete(name);
        held.set(name, { page, end });
        Promise.resolve(grant({ name, mode: "exclusive" }))
          .then(resolve, reject)
          .finally(end);
      });
    },
    query: () => Promise.resolve({ held: [...held.keys()].map((name) => ({ name })), pending: [] }),
  });
  return {
    ofPage: (page: string) => lockManagerOf(page) as unknown as LockManager,
    count: () => held.size,
    killPage: (page: string) => held.forEach((lock) => lock.page === page && lock.end()),
  };
}
