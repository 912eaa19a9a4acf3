import * as protocol from "/client/core/protocol.js";
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

/** The fields of an example as the page decodes them, after the given ones are taken out or added. */
function decoded({ fields }, { without = [], ...more }) {
  const kept = Object.entries(fields).filter(([name]) => !without.includes(name));
  return new Map([...kept, ...Object.entries(more)]);
}

/** The same names with the same values, in whatever order. */
function same(got, expected) {
  const sorted = (entries) => [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  equal(sorted(Object.entries(got)), sorted(expected));
}

test("poses are decoded as in the examples", () => {
  for (const example of good("pose")) {
    const { homography, ...pose } = protocol.decodePose(bytes(example.hex).buffer);
    same({ ...pose, homography: homography && [...homography] }, decoded(example, {}));
  }
});

test("textures are decoded as in the examples", () => {
  for (const example of good("texture")) {
    const texture = protocol.decodeTexture(bytes(example.hex).buffer);
    same(texture, decoded(example, { without: ["codec", "picture"], picture: pictureOf(example) }));
  }
});

test("what is not a pose or not a texture is refused", () => {
  ok(fixtures.bad_poses.length > 0 && fixtures.bad_textures.length > 0, "examples");
  for (const { hex } of fixtures.bad_poses) throws(ProtocolError, () => protocol.decodePose(bytes(hex).buffer));
  for (const { hex } of fixtures.bad_textures) throws(ProtocolError, () => protocol.decodeTexture(bytes(hex).buffer));
});

test("a message in bytes is told by its type", () => {
  for (const kind of ["overlay", "pose", "texture"]) {
    const { hex } = good(kind)[0];
    equal(protocol.decodeBinary(bytes(hex).buffer).kind, kind);
  }
  throws(ProtocolError, () => protocol.decodeBinary(new ArrayBuffer(0)));
  throws(ProtocolError, () => protocol.decodeBinary(bytes(good("frame")[0].hex).buffer));
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
