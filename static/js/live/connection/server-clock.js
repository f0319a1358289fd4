/**
 * The server's time on this device, in milliseconds: measured when the page comes, at every connect and after sleeping,
 * and counted by a clock that nobody can set.
 */
export class Clock {
  /** `now` is the server's time as the page says it, which was written just before the page began to arrive. */
  constructor(now) {
    const arrived = performance.getEntriesByType("navigation")[0]?.responseStart ?? 0;
    this.offset = (Date.parse(now) || performance.timeOrigin + arrived) - arrived;
  }

  now() {
    return performance.now() + this.offset;
  }

  /** Take the server's time `told`, asked for at `askedAt` by this device's monotonic clock and answered just now. */
  measure(told, askedAt) {
    const journey = performance.now() - askedAt;
    const earliest = Date.parse(told);
    const believed = this.now();
    // Within what the journey leaves open, the older measure is as good: nothing should jump for a slow answer.
    if (believed >= earliest && believed <= earliest + journey) return;
    this.offset += earliest + journey / 2 - believed;
  }
}
