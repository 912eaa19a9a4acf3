/* Put into the page before its own scripts: remembers what went over the WebSocket, so that a test can compare. */
(() => {
  const KEPT = 120;
  const witness = { sent: new Map(), painted: new Map(), sockets: 0 };
  const keep = (map, data) => {
    const bytes = new Uint8Array(data.buffer ? data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) : data.slice(0));
    map.set(new DataView(bytes.buffer).getUint32(4), bytes);
    if (map.size > KEPT) map.delete(map.keys().next().value);
  };
  window.WebSocket = class extends WebSocket {
    constructor(...args) {
      super(...args);
      witness.sockets += 1;
      witness.sent.clear();
      witness.painted.clear();
      this.addEventListener("message", ({ data }) => typeof data !== "string" && keep(witness.painted, data));
    }

    send(data) {
      if (typeof data !== "string") keep(witness.sent, data);
      super.send(data);
    }
  };

  const base64 = (bytes) => {
    let text = "";
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return btoa(text);
  };

  /* What the canvas shows now, the overlay that it says it shows, and the frame that this is the answer to. */
  window.testify = () => {
    const canvas = document.querySelector("#painted");
    const seq = Number(canvas.dataset.shownSeq);
    const [frame, overlay] = [witness.sent.get(seq), witness.painted.get(seq)];
    if (!frame || !overlay) return null;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const style = document.querySelector("input[name=style]:checked").value;
    return { seq, style, width: canvas.width, height: canvas.height, pixels: base64(data), frame: base64(frame), overlay: base64(overlay) };
  };
  window.socketsOpened = () => witness.sockets;
})();
