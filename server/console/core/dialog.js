/** Questions and small forms over the page, on <dialog>: Esc closes, and the focus goes back to where it was. */

import { element } from "./elements.js";
import { freshId } from "./form.js";

/**
 * @typedef {object} Action
 * @property {string} label
 * @property {string} value what the dialog closes with
 * @property {"primary" | "secondary" | "danger" | "quiet"} [kind]
 * @property {() => boolean | void | Promise<boolean | void>} [act] done first; false keeps the dialog open. Enter does
 *   the first action that is `primary` or `danger`
 * @property {boolean} [disabled]
 */

/**
 * @typedef {object} Open
 * @property {HTMLDialogElement} element
 * @property {HTMLButtonElement[]} buttons in the actions' order
 * @property {Promise<string>} closed with the action's value, or "" where it was dismissed
 * @property {(value?: string) => void} close
 */

/**
 * Opens a dialog.
 * @param {string} title
 * @param {import("./elements.js").Child | import("./elements.js").Child[]} content
 * @param {readonly Action[]} actions
 * @param {{className?: string, dismissible?: boolean, bare?: boolean}} [options] `bare`: with a form of its own
 * @returns {Open}
 */
export function dialog(title, content, actions, { className = "", dismissible = true, bare = false } = {}) {
  const titleId = freshId("dialog");
  const shown = element("dialog", { class: `dialog ${className}`.trim(), "aria-labelledby": titleId });
  const close = (value = "") => shown.close(value);
  const main = actions.find(({ kind }) => kind === "primary" || kind === "danger");
  const buttons = actions.map((action) => actionButton(action, action === main, () => void run(action)));

  /** @param {Action} action */
  async function run(action) {
    const acting = buttons[actions.indexOf(action)];
    if (acting.getAttribute("aria-busy") === "true" || acting.disabled) return;
    acting.setAttribute("aria-busy", "true");
    try {
      if ((await action.act?.()) !== false) close(action.value);
    } finally {
      acting.removeAttribute("aria-busy");
    }
  }

  const onsubmit = (/** @type {Event} */ event) => (event.preventDefault(), main && void run(main));
  shown.append(
    element(
      bare ? "div" : "form",
      { class: "dialog-sheet", ...(bare ? {} : { novalidate: true, onsubmit }) },
      element("h2", { id: titleId }, title),
      element("div", { class: "dialog-body" }, ...[content].flat()),
      actions.length > 0 && element("div", { class: "actions" }, ...buttons),
    ),
  );
  shown.addEventListener("cancel", (event) => !dismissible && event.preventDefault());
  /** @type {Promise<string>} */
  const closed = new Promise((done) =>
    shown.addEventListener("close", () => {
      shown.remove();
      done(shown.returnValue);
    }),
  );
  document.body.append(shown);
  shown.showModal();
  return { element: shown, buttons, closed, close };
}

/**
 * @param {Action} action
 * @param {boolean} isMain
 * @param {() => void} run
 */
function actionButton({ label, kind = "secondary", disabled }, isMain, run) {
  const made = element("button", { type: isMain ? "submit" : "button", class: kind, disabled }, label);
  if (!isMain) made.addEventListener("click", run);
  return made;
}
