/** A WebSocket whose messages from the server come late, and some of whose poses never come. */

const POSE = 3;

/**
 * @typedef {object} Weather
 * @property {number} delayMs added to each message
 * @property {number} loss share of the poses that are lost
 * @property {(message: ArrayBuffer) => void} onPose told of each pose when it is let through
 * @property {(message: string) => void} onSaid told of each text that the page sends
 */

/**
 * The class of sockets in this weather, to be used in place of WebSocket.
 * @param {Weather} weather
 */
export function lateSocketIn({ delayMs, loss, onPose, onSaid }) {
  const random = seeded(7);
  return class LateSocket extends WebSocket {
    /** @param {((event: MessageEvent) => void) | null} hear */
    set onmessage(hear) {
      super.onmessage = hear && ((event) => this.#receive(event, hear));
    }

    /** @param {string | ArrayBufferLike | Blob | ArrayBufferView} message */
    send(message) {
      if (typeof message === "string") onSaid(message);
      super.send(message);
    }

    /**
     * @param {MessageEvent} event
     * @param {(event: MessageEvent) => void} hear
     */
    #receive(event, hear) {
      const isPose = event.data instanceof ArrayBuffer && new DataView(event.data).getUint8(1) === POSE;
      if (isPose && random() < loss) return;
      setTimeout(() => {
        if (isPose) onPose(event.data);
        hear(event);
      }, delayMs);
    }
  };
}

/**
 * Numbers from 0 to 1, always the same ones (Park and Miller 1988).
 * @param {number} seed
 */
function seeded(seed) {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}
