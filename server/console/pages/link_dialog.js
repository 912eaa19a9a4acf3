/** Shows a link that is shown only once, to be copied and sent to somebody. */

import { element } from "../core/elements.js";
import { dialog } from "../core/dialog.js";
import { field } from "../core/form.js";

/**
 * @param {import("../core/app.js").App} app
 * @param {string} title
 * @param {string} text what the link is for
 * @param {{address: string, ends_at: string}} link
 */
export async function showLink(app, title, text, { address, ends_at }) {
  const { texts } = app;
  const input = element("input", { type: "text", readonly: true, value: address, class: "mono", name: "link" });
  input.addEventListener("focus", () => input.select());
  const said = element("p", { class: "hint", role: "status" });

  async function copy() {
    input.select();
    const kept = await navigator.clipboard?.writeText(address).then(
      () => true,
      () => false,
    );
    said.textContent = texts.say(kept || document.execCommand("copy") ? "copied" : "copy_by_hand");
    return false;
  }

  const shown = dialog(
    title,
    [
      element("p", {}, text),
      field(texts.say("link"), input, { hint: texts.say("link_once", { when: app.date(ends_at) }) }),
      said,
    ],
    [
      { label: texts.say("done"), value: "done", kind: "secondary" },
      { label: texts.say("copy_link"), value: "", kind: "primary", act: copy },
    ],
  );
  shown.buttons[1].focus();
  await shown.closed;
}
