/** Stand-ins for time and the network. */

export class FakeClock {
  #nowMs = 1_000_000;
  #sleptMs = 0;
  #timers = [];

  nowMs() {
    return this.#nowMs;
  }

  wallMs() {
    return this.#nowMs + this.#sleptMs;
  }

  after(delayMs, then) {
    const timer = { dueMs: this.#nowMs + delayMs, then, periodMs: 0 };
    this.#timers.push(timer);
    return () => this.#drop(timer);
  }

  every(periodMs, then) {
    const timer = { dueMs: this.#nowMs + periodMs, then, periodMs };
    this.#timers.push(timer);
    return () => this.#drop(timer);
  }

  /** Lets time pass, timer by timer. */
  pass(ms) {
    const endMs = this.#nowMs + ms;
    for (;;) {
      const next = this.#timers.filter((timer) => timer.dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs)[0];
      if (!next) break;
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      if (next.periodMs) next.dueMs += next.periodMs;
      else this.#drop(next);
      next.then();
    }
    this.#nowMs = endMs;
  }

  /** The phone sleeps: wall time runs on, its own clock does not. */
  sleep(ms) {
    this.#sleptMs += ms;
  }

  #drop(timer) {
    this.#timers = this.#timers.filter((other) => other !== timer);
  }
}

export class FakeWebSocket {
  /** Every socket made, oldest first. */
  static made = [];

  constructor(url, subprotocol) {
    Object.assign(this, { url, subprotocol, sent: [], readyState: 0, bufferedAmount: 0, closed: false });
    FakeWebSocket.made.push(this);
  }

  static get last() {
    return FakeWebSocket.made[FakeWebSocket.made.length - 1];
  }

  send(data) {
    this.sent.push(data);
  }

  close() {
    this.closed = true;
    this.readyState = 3;
  }

  /** The text messages sent, of one type. */
  texts(type) {
    const all = this.sent.filter((data) => typeof data === "string").map((data) => JSON.parse(data));
    return all.filter((message) => message.type === type);
  }

  /** The frames sent. */
  get frames() {
    return this.sent.filter((data) => typeof data !== "string");
  }

  opens() {
    this.readyState = 1;
    this.onopen();
  }

  hears(message) {
    this.onmessage({ data: message instanceof ArrayBuffer ? message : JSON.stringify(message) });
  }

  closes(code = 1006) {
    this.readyState = 3;
    this.onclose({ code });
  }
}

/** An overlay as the server sends it, its picture four bytes. */
export function overlayBytes(seq, revision = 0) {
  const view = new DataView(new ArrayBuffer(36));
  view.setUint8(0, 1);
  view.setUint8(1, 2);
  view.setUint8(2, 1);
  view.setUint32(4, seq);
  view.setFloat64(8, 1000);
  view.setUint16(16, 480);
  view.setUint16(18, 360);
  view.setUint32(20, revision);
  view.setUint32(28, 4);
  return view.buffer;
}

/** A pose as the server sends it: locked, in the middle of the frame. */
export function poseBytes(seq, captureMs = 1000, state = 1) {
  const view = new DataView(new ArrayBuffer(80));
  view.setUint8(0, 1);
  view.setUint8(1, 3);
  view.setUint32(4, seq);
  view.setFloat64(8, captureMs);
  view.setUint16(16, 480);
  view.setUint16(18, 360);
  view.setUint32(28, 48);
  view.setUint8(32, state);
  view.setFloat32(36, 0.9);
  if (state !== 0) [0.5, 0, 0.25, 0, 0.5, 0.25, 0, 0, 1].forEach((value, at) => view.setFloat32(44 + 4 * at, value));
  return view.buffer;
}

/** A texture as the server sends it; four bytes of picture unless given. */
export function textureBytes(number, revision = 0, picture = new Uint8Array(4)) {
  const view = new DataView(new ArrayBuffer(32 + picture.length));
  view.setUint8(0, 1);
  view.setUint8(1, 4);
  view.setUint8(2, 1);
  view.setUint32(4, number);
  view.setUint16(16, 480);
  view.setUint16(18, 360);
  view.setUint32(20, revision);
  view.setUint32(28, picture.length);
  new Uint8Array(view.buffer).set(picture, 32);
  return view.buffer;
}
