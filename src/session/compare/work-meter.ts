// How far a comparison is, and how long the rest will take. Work is counted in tokens evaluated.

export interface Progress {
  /** What is being done, for people. */
  readonly what: string;
  /** 0 to 1, of all work. */
  readonly fraction: number;
  /** Undefined until there is something to judge by. */
  readonly msLeft: number | undefined;
}

/** Before this share is done, a guess of the time left would be far off. */
const firstGuess = 0.02;

export class WorkMeter {
  readonly #total: number;
  readonly #report: (progress: Progress) => void;
  readonly #now: () => number;
  readonly #begun: number;
  #what = "";
  /** Where the current stage begins and ends. */
  #start = 0;
  #end = 0;

  constructor(total: number, report: (progress: Progress) => void, now: () => number = () => performance.now()) {
    this.#total = total;
    this.#report = report;
    this.#now = now;
    this.#begun = now();
  }

  /** The stage before counts as done, whatever it took. */
  begin(what: string, work: number): void {
    this.#what = what;
    this.#start = this.#end;
    this.#end = this.#start + work;
    this.done(0);
  }

  /** Of the current stage, since its begin. */
  done(work: number): void {
    const done = Math.min(this.#end, this.#start + work);
    const fraction = this.#total > 0 ? Math.min(1, done / this.#total) : 0;
    const elapsed = this.#now() - this.#begun;
    const msLeft = fraction >= firstGuess ? (elapsed * (1 - fraction)) / fraction : undefined;
    this.#report({ what: this.#what, fraction, msLeft });
  }
}
