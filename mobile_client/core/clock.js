/** The phone's clock and its timers, in one place so that a test can hold time still. */
export class Clock {
  /** What PROTOCOL.md calls the phone's clock: milliseconds that never jump, but may pause while the phone sleeps. */
  nowMs() {
    return performance.timeOrigin + performance.now();
  }

  /** Wall time: it runs on while the phone sleeps, and may be set. */
  wallMs() {
    return Date.now();
  }

  /**
   * Calls once, later.
   * @param {number} delayMs
   * @param {() => void} then
   * @returns {() => void} takes the call back
   */
  after(delayMs, then) {
    const id = setTimeout(then, delayMs);
    return () => clearTimeout(id);
  }

  /**
   * Calls again and again.
   * @param {number} periodMs
   * @param {() => void} then
   * @returns {() => void} stops it
   */
  every(periodMs, then) {
    const id = setInterval(then, periodMs);
    return () => clearInterval(id);
  }
}
