import type { Page } from "@playwright/test";

/** What the page does from an act of the user until it is at rest. */
export interface PageWork {
  /** Rendered function components. */
  readonly renders: number;
  readonly commits: number;
  /** Records of a MutationObserver, without those of `<head>`: when the page is idle, it loads files that it may need. */
  readonly mutations: number;
  readonly timers: number;
}

/** The page is at rest when it has changed nothing for so long. */
const REST_MS = 700;

/** Installs the counters; call before the page is opened. */
export async function installPageWorkCounter(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const work = { renders: 0, commits: 0, mutations: 0, timers: 0, changedAt: 0 };
    Object.assign(window, { pageWork: work });
    const note = (part: "renders" | "commits" | "mutations" | "timers", count: number) => {
      work[part] += count;
      work.changedAt = performance.now();
    };

    interface Fiber {
      readonly tag: number;
      readonly flags: number;
      readonly child: Fiber | null;
      readonly sibling: Fiber | null;
    }
    let known = new Set<Fiber>();
    // React marks with flag 1 what it rendered; a fiber that was in the tree before kept its mark from then.
    const countRenders = (root: Fiber) => {
      const current = new Set<Fiber>();
      let count = 0;
      const visit = (parent: Fiber) => {
        for (let fiber = parent.child; fiber; fiber = fiber.sibling) {
          current.add(fiber);
          const isFunction = [0, 11, 15].includes(fiber.tag);
          if (isFunction && (fiber.flags & 1) === 1 && !known.has(fiber)) count += 1;
          visit(fiber);
        }
      };
      visit(root);
      known = current;
      return count;
    };
    Object.assign(window, {
      __REACT_DEVTOOLS_GLOBAL_HOOK__: {
        supportsFiber: true,
        inject: () => 1,
        onCommitFiberUnmount: () => {},
        onPostCommitFiberRoot: () => {},
        onCommitFiberRoot: (_: number, { current }: { current: Fiber }) => {
          note("commits", 1);
          note("renders", countRenders(current));
        },
      },
    });

    new MutationObserver((records) => {
      const drawn = records.filter(({ target }) => target !== document.head);
      if (drawn.length > 0) note("mutations", drawn.length);
    }).observe(document, {
      subtree: true,
      childList: true,
      attributes: true,
      characterData: true,
    });
    const start = window.setTimeout.bind(window);
    Object.assign(window, {
      setTimeout: (...details: Parameters<typeof start>) => {
        work.timers += 1;
        return start(...details);
      },
    });
  });
}

/** Counts the work of `act`, from the rest of the page before it to the rest after it. */
export async function countPageWork(page: Page, act: () => Promise<void>): Promise<PageWork> {
  const before = await readWorkAtRest(page);
  await act();
  const after = await readWorkAtRest(page);
  return {
    renders: after.renders - before.renders,
    commits: after.commits - before.commits,
    mutations: after.mutations - before.mutations,
    timers: after.timers - before.timers,
  };
}

async function readWorkAtRest(page: Page): Promise<PageWork> {
  await page.waitForFunction((rest) => {
    const { changedAt } = (window as unknown as { pageWork: { changedAt: number } }).pageWork;
    return performance.now() - changedAt > rest;
  }, REST_MS);
  return page.evaluate(() => (window as unknown as { pageWork: PageWork }).pageWork);
}
