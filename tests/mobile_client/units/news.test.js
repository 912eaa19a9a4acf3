import { newsOfLoss, newsOfStatus } from "/client/core/news.js";
import { equal, test } from "./claims.js";

test("each status leads to its state, with what the screen has to say", () => {
  equal(newsOfStatus({ type: "status", state: "live", fps: 15 }), { state: "live", detail: {} });
  equal(newsOfStatus({ type: "status", state: "waiting", place: 4, estimate_s: 95 }), {
    state: "waiting",
    detail: { place: 4, estimateS: 95 },
  });
  equal(newsOfStatus({ type: "status", state: "slow", reduced: ["model"] }), {
    state: "slow",
    detail: { reduced: ["model"] },
  });
  equal(newsOfStatus({ type: "status", state: "stopping", retry_after_s: 30 }), {
    state: "reconnecting",
    detail: { code: "stopping", waitS: 30 },
  });
});

test("a status of a newer server is left alone", () => {
  equal(newsOfStatus({ type: "status", state: "dreaming" }), null);
});

test("a full room is waited for, any other loss is a lost connection", () => {
  for (const code of ["room_full", "too_many_connections"]) {
    equal(newsOfLoss(code, 30_000), { state: "waiting", detail: { full: true, waitS: 30 } });
  }
  equal(newsOfLoss("lost", 1500), { state: "reconnecting", detail: { code: "lost", waitS: 1.5 } });
});
