import { State, STUDIO } from "/client/core/journey.js";
import { messageFor } from "/client/view/messages.js";
import { languageFor, LANGUAGES, Texts } from "/client/texts/languages.js";
import { equal, ok, test, throws } from "./claims.js";

const all = await Promise.all(
  LANGUAGES.map(async (language) => {
    const files = ["", "studio/", "dream/"].map((folder) => `${folder}${language.code}.js`);
    const parts = await Promise.all(files.map((file) => import(`/client/texts/${file}`)));
    return [language, Object.assign({}, ...parts.map((part) => part.default))];
  }),
);
const [[, english]] = all;

test("every language says everything, and nothing else", () => {
  for (const [language, words] of all)
    equal([language.code, Object.keys(words)], [language.code, Object.keys(english)]);
});

test("no text is empty", () => {
  for (const [language, words] of all) {
    for (const [key, text] of Object.entries(words)) ok(text.length > 0, `a text for ${key} in ${language.code}`);
  }
});

test("every language fills in the same values", () => {
  const values = (text) => (text.match(/\{\w+\}/g) ?? []).sort();
  for (const [, words] of all) {
    for (const key of Object.keys(english)) equal([key, values(words[key])], [key, values(english[key])]);
  }
});

test("a visitor gets the first language that there is a text for", () => {
  equal(languageFor([null, "fr-CH", "zh-CN", "en"]).code, "zh-Hans");
  equal(languageFor(["ar-EG"]).direction, "rtl");
  equal(languageFor(["fr"]).code, "en");
  equal(languageFor([]).code, "en");
});

test("values are filled in and numbers written as the language writes them", async () => {
  const texts = await Texts.load(LANGUAGES[0]);
  equal(texts.say("station_label", { number: 3 }), "Station 3");
  equal(texts.duration(12), "15 seconds");
  equal(texts.duration(170), "3 minutes");
});

test("a text that does not exist is a mistake", async () => {
  const texts = await Texts.load(LANGUAGES[0]);
  throws(RangeError, () => texts.say("no such key"));
});

test("a curator's words fall back to English, then to any", async () => {
  const texts = await Texts.load(LANGUAGES[1]);
  equal(texts.of({ en: "Harbour", "zh-Hans": "港口" }), "港口");
  equal(texts.of({ en: "Harbour", de: "Hafen" }), "Harbour");
  equal([texts.of({ de: "Hafen" }), texts.of(undefined)], ["Hafen", ""]);
});

test("every state outside the studio has a message, in words that exist, with a next step unless it passes by itself", () => {
  const codes = [undefined, "left", "resumed_elsewhere", "wrong_version", "ticket_expired", "station_unknown"];
  const reasons = ["none", "busy"];
  const states = Object.values(State).filter((state) => state === "reconnecting" || !STUDIO.includes(state));
  for (const state of states.filter((state) => state !== State.CONSENT)) {
    for (const [code, reason] of codes.flatMap((code) => reasons.map((reason) => [code, reason]))) {
      for (const [system, kept] of [["ios", true], ["android", false], ["other", false]]) {
        const message = messageFor(state, { system, detail: { code, reason, kept } });
        const keys = [
          message.title,
          message.text,
          ...(message.steps ?? []),
          ...(message.next ? [message.next.text] : []),
        ];
        for (const key of keys) ok(english[key], `a text for ${key}`);
        ok(message.next || ["loading", "asking"].includes(state), `a next step for ${state}`);
      }
    }
  }
});

test("an opening is told by the hour today and tomorrow, and by its day when it is further away", async () => {
  const now = new Date(2026, 10, 30, 18, 0);
  const time = new Intl.DateTimeFormat(navigator.language, { hour: "numeric", minute: "2-digit" });
  const day = new Intl.DateTimeFormat(navigator.language, { weekday: "long", day: "numeric", month: "long" });
  const texts = await Texts.load(LANGUAGES[0]);
  const at = (...parts) => texts.opening(new Date(2026, ...parts).toISOString(), now.getTime());
  const ten = time.format(new Date(2026, 11, 1, 10, 0));
  equal(at(10, 30, 22, 0), `Opens at ${time.format(new Date(2026, 10, 30, 22, 0))}`);
  equal(at(11, 1, 10, 0), `Opens tomorrow at ${ten}`);
  equal(at(11, 2, 10, 0), `Opens on ${day.format(new Date(2026, 11, 2))} at ${ten}`);
  equal([at(10, 30, 17, 59), texts.opening(""), texts.opening("soon")], ["", "", ""]);
});

test("an opening is told in every language, as that language writes days and hours", async () => {
  const nowMs = new Date(2026, 10, 28).getTime();
  const opensAt = new Date(2026, 11, 1, 10, 0).toISOString();
  const told = await Promise.all(LANGUAGES.slice(1).map(async (language) => (await Texts.load(language)).opening(opensAt, nowMs)));
  ok(told[0].includes("星期二") && told[0].endsWith("开放"), `Chinese, got ${told[0]}`);
  ok(told[1].includes("الثلاثاء") && told[1].startsWith("تفتح"), `Arabic, got ${told[1]}`);
});

test("words that only some pages need are had besides, at once or later", async () => {
  const [at, later] = await Promise.all([Texts.load(LANGUAGES[0], ["dream"]), Texts.load(LANGUAGES[0])]);
  equal(at.say("dream_make"), "Make a picture");
  throws(RangeError, () => later.say("dream_make"));
  await later.include(["studio", "dream"]);
  equal([later.say("dream_make"), later.say("leave"), later.say("begin")], ["Make a picture", "Leave", "Start the camera"]);
});
