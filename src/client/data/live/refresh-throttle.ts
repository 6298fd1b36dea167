const PACE_MS = 1000;

export interface TabVisibilityObserver {
  readonly isHidden: () => boolean;
  readonly subscribe: (listener: () => void) => () => void;
}

export const pageVisibilityObserver: TabVisibilityObserver = {
  isHidden: () => document.visibilityState === "hidden",
  subscribe: (listener) => {
    document.addEventListener("visibilitychange", listener);
    return () => document.removeEventListener("visibilitychange", listener);
  },
};

/** One run per second; calls during a run cause one more. A hidden tab refreshes when it becomes visible. */
export class RefreshThrottle {
  readonly #refresh: () => Promise<unknown>;
  readonly #visibility: TabVisibilityObserver;
  readonly #unsubscribeVisibility: () => void;
  #isAsked = false;
  #isResting = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(refresh: () => Promise<unknown>, visibility: TabVisibilityObserver) {
    this.#refresh = refresh;
    this.#visibility = visibility;
    this.#unsubscribeVisibility = visibility.subscribe(() => this.#run());
  }

  ask(): void {
    this.#isAsked = true;
    this.#run();
  }

  stop(): void {
    this.#isAsked = false;
    this.#unsubscribeVisibility();
    clearTimeout(this.#timer);
  }

  #run(): void {
    if (!this.#isAsked || this.#isResting || this.#visibility.isHidden()) return;
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
