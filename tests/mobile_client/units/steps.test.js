import { Steps } from "/client/core/steps.js";
import { equal, test } from "./claims.js";

/** Lets a played server answer while a page tells its steps; what it was asked. */
function whileAnswering(answer, tell) {
  const { fetch } = globalThis;
  const asked = [];
  globalThis.fetch = (...request) => {
    asked.push(request);
    return answer();
  };
  tell();
  globalThis.fetch = fetch;
  return asked;
}

test("each step is told once a page, without a cookie or a body", () => {
  const steps = new Steps("a_ticket-1");
  const asked = whileAnswering(
    async () => new Response(null, { status: 204 }),
    () => ["opened", "began", "began", "camera", "opened"].forEach((step) => steps.tell(step)),
  );
  equal(
    asked.map(([address]) => address),
    ["opened", "began", "camera"].map((step) => `/api/v1/steps/a_ticket-1/${step}`),
  );
  for (const [, request] of asked) equal(request, { method: "POST", keepalive: true, credentials: "omit" });
});

test("a server that is away or says no disturbs nobody", async () => {
  const failures = [];
  const note = (event) => void failures.push(event.reason);
  addEventListener("unhandledrejection", note);
  for (const answer of [async () => Promise.reject(new TypeError("away")), async () => Response.error()]) {
    whileAnswering(answer, () => new Steps("t").tell("opened"));
  }
  await new Promise((done) => setTimeout(done, 20));
  removeEventListener("unhandledrejection", note);
  equal(failures, []);
});
