// The hub's time on a device whose own clock may be wrong, may be set while the page is open, or may have slept.

const KEPT = "duty.offset";
/** A device that passes more than this between two looks has slept, or its clock was set. */
const LEAP_MILLISECONDS = 3_000;

export class HubClock {
  private offset: number;
  private wall = Date.now();
  private steady = performance.now();
  /** False while the hub has not told its time since the page was loaded, or since the device's clock leapt. */
  sure = false;

  constructor() {
    this.offset = Number(localStorage.getItem(KEPT) ?? 0);
  }

  now(): number {
    return Date.now() + this.offset;
  }

  /** The hub said its time. */
  set(now: number): void {
    this.offset = now - Date.now();
    this.sure = true;
    this.remember();
    localStorage.setItem(KEPT, String(this.offset));
  }

  /** To be called every second: a clock that was set or that slept is not to be trusted until the hub has spoken. */
  look(): void {
    const leap = Date.now() - this.wall - (performance.now() - this.steady);
    if (Math.abs(leap) > LEAP_MILLISECONDS) this.sure = false;
    this.remember();
  }

  private remember(): void {
    this.wall = Date.now();
    this.steady = performance.now();
  }
}
