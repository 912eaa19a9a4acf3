import { decodeOverlay, decodeText, encodeFrame, encodeText, ProtocolError } from "/client/core/protocol.js";
import { equal, ok, test, throws } from "./claims.js";

const fixtures = await (await fetch("/fixtures/messages.json")).json();

function bytes(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function good(kind) {
  const found = fixtures.good.filter((message) => message.kind === kind);
  ok(found.length > 0, `examples of ${kind}`);
  return found;
}

/** The picture of an example: what follows the header. */
function pictureOf(example) {
  return bytes(example.hex).slice(32);
}

test("frames are encoded as in the examples", () => {
  for (const example of good("frame")) {
    const { seq, capture_ms, width, height, orientation } = example.fields;
    equal(
      encodeFrame({ seq, capture_ms, width, height, orientation, picture: pictureOf(example) }),
      bytes(example.hex),
    );
  }
});

test("overlays are decoded as in the examples", () => {
  for (const example of good("overlay")) {
    const overlay = decodeOverlay(bytes(example.hex).buffer);
    const { seq, capture_ms, width, height, orientation, revision, wait_ms, work_ms } = example.fields;
    const expected = {
      orientation,
      seq,
      capture_ms,
      width,
      height,
      revision,
      wait_ms,
      work_ms,
      picture: pictureOf(example),
    };
    equal(overlay, expected);
  }
});

test("what is not an overlay is refused", () => {
  ok(fixtures.bad_overlays.length > 0, "examples");
  for (const { hex } of fixtures.bad_overlays) throws(ProtocolError, () => decodeOverlay(bytes(hex).buffer));
});

test("the server's texts are decoded as in the examples", () => {
  for (const example of good("text").filter(({ from }) => from === "server")) {
    equal(decodeText(example.json), JSON.parse(example.json));
  }
});

test("the phone's texts say what the examples say", () => {
  for (const example of good("text").filter(({ from }) => from === "phone")) {
    const { type, ...fields } = JSON.parse(example.json);
    equal(JSON.parse(encodeText(type, fields)), JSON.parse(example.json));
  }
});

test("fields that are undefined are left out", () => {
  equal(encodeText("hello", { version: 1, resume: undefined }), '{"type":"hello","version":1}');
});

test("what is no JSON object with a type is refused", () => {
  for (const text of ["", "hello", "[]", "null", "1", "{}", '{"type":1}'])
    throws(ProtocolError, () => decodeText(text));
});
