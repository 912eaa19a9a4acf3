import { Dream } from "/client/core/dream.js";
import { Hanging } from "/client/core/hanging.js";
import { equal, test } from "./claims.js";

const STORM = { words: [{ en: "storm" }], text: "", source: "words", fields: { words: [0] } };
const GOLD = { words: [{ en: "gold" }], text: "", source: "words", fields: { words: [1] } };
const MADE = { words: "storm", unknown: [] };
const told = (revision, state, more = {}) => ({ type: "dream", revision, state, ...more });
const texture = (revision, number = revision) => ({ revision, number, picture: new Uint8Array(4) });

/** A dream whose first picture, of revision 1, is finished. */
function finished() {
  const dream = new Dream();
  dream.wish(1, STORM);
  dream.hearTexture(texture(1, 1));
  dream.hear(told(1, "done", { made: MADE, can_keep: true }));
  return dream;
}

test("a wish waits, forms step by step, and is done", () => {
  const dream = new Dream();
  const states = [dream.state];
  dream.wish(1, STORM);
  states.push(dream.state);
  for (const message of [told(1, "queued", { place: 2 }), told(1, "forming", { step: 1, steps: 4 })]) {
    equal(dream.hear(message), true);
    states.push(dream.state);
  }
  equal([dream.hearTexture(texture(1, 1)), dream.isForming, dream.texture.number], [true, true, 1]);
  dream.hearTexture(texture(1, 2));
  dream.hear(told(1, "done", { made: MADE, can_keep: true }));
  const { wished, made, canKeep, isOwn } = dream.finished;
  equal([states, dream.state, dream.texture.number], [["none", "asked", "queued", "forming"], "done", 2]);
  equal([wished, made, canKeep, isOwn, dream.count], [STORM, MADE, true, true, 1]);
});

test("what the server says last of a picture may come before the picture", () => {
  const dream = new Dream();
  dream.wish(1, STORM);
  dream.hear(told(1, "done", { made: MADE, can_keep: true }));
  equal([dream.finished, dream.texture], [null, null]);
  dream.hearTexture(texture(1));
  equal([dream.finished.made, dream.finished.wished, dream.texture.number], [MADE, STORM, 1]);
});

test("textures and news of an older wish are left out", () => {
  const dream = finished();
  dream.wish(3, GOLD);
  equal([dream.hearTexture(texture(1, 9)), dream.hearTexture(texture(2, 10))], [false, false]);
  equal([dream.hear(told(1, "cancelled")), dream.hear(told(1, "done", { made: MADE })), dream.state], [false, false, "asked"]);
});

test("a picture that is repainted takes the place of the one before, and is still the same picture", () => {
  const dream = finished();
  const { number } = dream.finished;
  dream.hearTexture(texture(2, 7));
  equal([dream.texture.number, dream.finished.made, dream.finished.number === number], [7, MADE, true]);
});

test("a wish that comes to nothing leaves the picture before it, and what still comes of it is left out", () => {
  for (const state of ["refused", "failed", "cancelled"]) {
    const dream = finished();
    dream.wish(2, GOLD);
    dream.hearTexture(texture(2, 5));
    equal(dream.texture.number, 5);
    dream.hear(told(2, state, { code: "busy", retry_after_s: 20 }));
    equal([dream.state, dream.isVain, dream.texture.number, dream.told.code], [state, true, 1, "busy"]);
    equal([dream.hearTexture(texture(2, 6)), dream.wished], [false, GOLD]);
  }
});

test("the first wish that comes to nothing leaves nothing to be seen", () => {
  const dream = new Dream();
  dream.wish(1, STORM);
  dream.hearTexture(texture(1));
  dream.cancel();
  equal([dream.state, dream.texture, dream.isForming], ["cancelled", null, false]);
});

test("a picture that somebody looks at first is not seen until it was let through", () => {
  const dream = new Dream();
  dream.wish(1, STORM);
  dream.hearTexture(texture(1, 1));
  dream.hear(told(1, "held"));
  equal([dream.state, dream.texture, dream.isUnderWay], ["held", null, true]);
  dream.hearTexture(texture(1, 2));
  dream.hear(told(1, "done", { made: MADE }));
  equal([dream.texture.number, dream.finished.canKeep], [2, false]);
});

test("a curator's picture in its place is not the visitor's own, and cannot be kept", () => {
  const dream = new Dream();
  dream.wish(1, STORM);
  dream.hear(told(1, "held"));
  dream.hearTexture(texture(1));
  dream.hear(told(1, "fallback", { texture: true }));
  equal([dream.state, dream.finished.isOwn, dream.finished.canKeep, dream.finished.made], ["fallback", false, false, null]);
  const bare = new Dream();
  bare.wish(1, STORM);
  bare.hear(told(1, "fallback", { texture: false }));
  equal([bare.state, bare.texture], ["fallback", null]);
});

test("a lost connection ends what was under way; the finished picture comes again by itself", () => {
  const dream = finished();
  dream.wish(2, GOLD);
  dream.startAnew(true);
  equal([dream.state, dream.texture.number, dream.finished.canKeep], ["lost", 1, true]);
  equal([dream.hearTexture(texture(1, 1)), dream.finished.made], [true, MADE]);
});

test("in a new session the picture stays, but the server does not have it any more", () => {
  const dream = finished();
  dream.startAnew(false);
  equal([dream.state, dream.finished.isThere, dream.finished.canKeep], ["done", false, false]);
});

test("a page that was loaded again gets the picture of its session, and how it was made, in any order", () => {
  for (const first of ["texture", "done"]) {
    const dream = new Dream();
    dream.startAnew(true);
    if (first === "texture") dream.hearTexture(texture(5));
    dream.hear(told(5, "done", { made: MADE, can_keep: true }));
    if (first === "done") dream.hearTexture(texture(5));
    equal([dream.state, dream.finished.made, dream.finished.canKeep, dream.finished.wished], ["done", MADE, true, null]);
  }
});

test("news that nobody knows are no news", () => {
  const dream = new Dream();
  dream.wish(1, STORM);
  equal([dream.hear(told(1, "sleeping")), dream.hear(told(undefined, "done")), dream.hear(told(1, "asked"))], [false, false, false]);
  equal(dream.state, "asked");
});

test("a picture is large while it forms, and hangs once the artwork is in view", () => {
  let hung = 0;
  const hanging = new Hanging(() => (hung += 1));
  hanging.form();
  equal([hanging.isLarge, hanging.wantsArtwork], [true, false]);
  hanging.finish();
  equal([hanging.isLarge, hanging.wantsArtwork, hung], [true, true, 0]);
  hanging.anchor(true);
  equal([hanging.isLarge, hung], [false, 1]);
  hanging.form();
  hanging.finish();
  equal([hanging.isLarge, hung], [false, 1]);
});

test("a picture that the visitor wants large stays so, and one sent to the wall goes there unseen", () => {
  const hanging = new Hanging(() => {});
  hanging.form();
  hanging.finish();
  hanging.turn();
  equal([hanging.isLarge, hanging.wantsArtwork], [false, true]);
  hanging.turn();
  hanging.anchor(true);
  equal([hanging.isLarge, hanging.wantsArtwork], [true, false]);
});

test("a picture counts from when it is begun, and once", () => {
  const dream = finished();
  dream.wish(2, GOLD);
  dream.hear(told(2, "queued", { place: 4 }));
  dream.cancel();
  equal(dream.count, 1);
  dream.wish(3, GOLD);
  dream.hearTexture(texture(3));
  dream.hear(told(3, "forming", { step: 1, steps: 4 }));
  dream.cancel();
  equal(dream.count, 2);
});
