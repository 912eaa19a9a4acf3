import { OverlayView } from "/client/core/overlay_view.js";
import { equal, test } from "./claims.js";
import { FakeClock } from "./fakes.js";

/** A view, and a way to show it an overlay and wait until something came of it. */
function setUp() {
  const canvas = document.createElement("canvas");
  const told = { ages: [], dropped: [] };
  const heard = () => told.ages.length + told.dropped.length;
  const view = new OverlayView({
    canvas,
    clock: new FakeClock(),
    onShown: (ageMs) => told.ages.push(ageMs),
    onDropped: (reason) => told.dropped.push(reason),
  });
  const show = async (seq, picture) => {
    const before = heard();
    view.offer({ seq, revision: 2, capture_ms: 999_900, picture });
    while (heard() === before) await new Promise((done) => setTimeout(done, 5));
  };
  return { canvas, told, view, show };
}

async function jpeg() {
  const canvas = new OffscreenCanvas(32, 24);
  canvas.getContext("2d").fillRect(0, 0, 32, 24);
  return new Uint8Array(await (await canvas.convertToBlob({ type: "image/jpeg" })).arrayBuffer());
}

test("an overlay is drawn as large as it is, and what it is can be read off the canvas", async () => {
  const { canvas, told, view, show } = setUp();
  await show(7, await jpeg());
  equal([canvas.width, canvas.height, canvas.dataset.shownSeq, canvas.dataset.shownRevision], [32, 24, "7", "2"]);
  equal([told.ages, view.isFresh], [[100], true]);
});

test("an overlay that is no picture is dropped, and the next one is shown", async () => {
  const { canvas, told, show } = setUp();
  await show(1, new Uint8Array(4));
  await show(2, await jpeg());
  equal([told.dropped, canvas.dataset.shownSeq], [["undecodable"], "2"]);
});

test("in a new connection nothing counts as shown before its own first overlay", async () => {
  const { canvas, view, show } = setUp();
  await show(7, await jpeg());
  view.startAnew();
  equal([canvas.dataset.shownSeq, canvas.dataset.shownRevision, view.isFresh], [undefined, undefined, false]);
  await show(1, await jpeg());
  equal([canvas.dataset.shownSeq, view.isFresh], ["1", true]);
});
