/** A field for a password: it can be shown while it is typed, and tells when caps lock is on. */

import { element } from "../core/elements.js";
import { field } from "../core/form.js";

/**
 * @param {import("../core/app.js").App} app
 * @param {string} label
 * @param {{name: string, autocomplete: "current-password" | "new-password", hint?: string}} options
 */
export function passwordField({ texts }, label, { name, autocomplete, hint }) {
  const input = element("input", { type: "password", name, autocomplete, required: true, maxlength: 1024 });
  const toggle = element(
    "button",
    { type: "button", class: "quiet small", "aria-pressed": "false" },
    texts.say("show_password"),
  );
  toggle.addEventListener("click", () => {
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    toggle.setAttribute("aria-pressed", String(!shown));
  });
  const caps = element("p", { class: "hint caps", role: "status" });
  const made = field(label, input, { hint, aside: toggle });
  made.append(caps);
  for (const kind of /** @type {const} */ (["keydown", "keyup"])) {
    input.addEventListener(kind, (event) => {
      caps.textContent = event.getModifierState?.("CapsLock") ? texts.say("caps_lock") : "";
    });
  }
  input.addEventListener("blur", () => (caps.textContent = ""));
  return { element: made, input };
}
