import { Cover } from "/client/view/cover.js";
import { equal, near, ok, test } from "./claims.js";

/** A stage whose painted canvas is of one colour. */
function setUp(colour) {
  const stage = document.createElement("div");
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: 4, height: 2 });
  stage.append(canvas);
  document.body.append(stage);
  fill(canvas, colour);
  return { stage, canvas, cover: new Cover(stage) };
}

function fill(canvas, colour) {
  const context = canvas.getContext("2d");
  context.fillStyle = colour;
  context.fillRect(0, 0, canvas.width, canvas.height);
}

function colourOf(canvas) {
  return [...canvas.getContext("2d").getImageData(1, 1, 1, 1).data.slice(0, 3)];
}

test("a cover is the picture as it was, right above the canvas", () => {
  const { stage, canvas, cover } = setUp("#c04080");
  cover.raise(canvas);
  fill(canvas, "#000000");
  const still = stage.querySelector(".cover");
  equal([canvas.nextSibling === still, stage.hasAttribute("data-changing")], [true, true]);
  equal(colourOf(still), [0xc0, 0x40, 0x80]);
  cover.drop();
  equal([stage.children.length, stage.hasAttribute("data-changing")], [1, false]);
  stage.remove();
});

test("it fades in 0.7 s and is gone, and quickly for who wants no movement", async () => {
  const real = window.matchMedia;
  for (const [matches, durationMs] of [[false, 700], [true, 150]]) {
    const { stage, canvas, cover } = setUp("#c04080");
    window.matchMedia = () => ({ matches });
    cover.raise(canvas);
    cover.lower();
    window.matchMedia = real;
    const [fade] = stage.querySelector(".cover").getAnimations();
    equal(fade.effect.getTiming().duration, durationMs);
    fade.finish();
    while (stage.querySelector(".cover")) await new Promise(requestAnimationFrame);
    equal([stage.querySelector(".cover"), stage.hasAttribute("data-changing")], [null, false]);
    stage.remove();
  }
});

test("of a cover that is fading, what is left of it stays over the next picture", () => {
  const { stage, canvas, cover } = setUp("#ff0000");
  cover.raise(canvas);
  cover.lower();
  const [fade] = stage.querySelector(".cover").getAnimations();
  fade.pause();
  fade.currentTime = 350;
  fill(canvas, "#0000ff");
  cover.raise(canvas);
  near(colourOf(stage.querySelector(".cover")), [128, 0, 128], 8);
  equal(stage.querySelectorAll(".cover").length, 1);
  stage.remove();
});

test("a canvas on which nothing was drawn covers nothing", () => {
  const { stage, canvas, cover } = setUp("#ff0000");
  canvas.width = 0;
  cover.raise(canvas);
  cover.lower();
  ok(!stage.querySelector(".cover"), "no cover");
  stage.remove();
});
