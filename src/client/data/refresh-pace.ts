const PACE_MS = 1000;

/** Whether anybody sees this tab, and who wants to know when that changes. */
export interface Sight {
  readonly isHidden: () => boolean;
  readonly subscribe: (listener: () => void) => () => void;
}

export const pageSight: Sight = {
  isHidden: () => document.visibilityState === "hidden",
  subscribe: (listener) => {
    document.addEventListener("visibilitychange", listener);
    return () => document.removeEventListener("visibilitychange", listener);
  },
};

/**
 * Runs `refresh` soon after each `ask`, but at most once a second and never before the last run is done; whatever is asked
 * meanwhile is done by one run more. While nobody sees the tab nothing runs, and then once.
 */
export class RefreshPace {
  readonly #refresh: () => Promise<unknown>;
  readonly #sight: Sight;
  readonly #leaveSight: () => void;
  #isAsked = false;
  #isResting = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(refresh: () => Promise<unknown>, sight: Sight) {
    this.#refresh = refresh;
    this.#sight = sight;
    this.#leaveSight = sight.subscribe(() => this.#run());
  }

  ask(): void {
    this.#isAsked = true;
    this.#run();
  }

  stop(): void {
    this.#isAsked = false;
    this.#leaveSight();
    clearTimeout(this.#timer);
  }

  #run(): void {
    if (!this.#isAsked || this.#isResting || this.#sight.isHidden()) return;
    this.#isAsked = false;
    this.#isResting = true;
    const rested = new Promise<void>((resolve) => {
      this.#timer = setTimeout(resolve, PACE_MS);
    });
    void Promise.allSettled([this.#refresh(), rested]).then(() => {
      this.#isResting = false;
      this.#run();
    });
  }
}
