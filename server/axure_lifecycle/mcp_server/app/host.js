"use strict";
// What a page and the client around it say to each other: JSON-RPC by postMessage. Only the window around us is heard.
const host = (() => {
  const around = window.parent;
  const waiting = new Map();
  const told = { result: () => {}, input: () => {}, cancelled: () => {} };
  let last = 0;
  let capabilities = {};

  const send = (message) => around.postMessage({ jsonrpc: "2.0", ...message }, "*");
  const notify = (method, params = {}) => send({ method, params });
  const request = (method, params) => new Promise((resolve, reject) => {
    const id = ++last;
    waiting.set(id, { resolve, reject });
    send({ id, method, params });
  });

  // A theme, and the colours and letters of the client: only names that our style knows, never its rules.
  const KNOWN = ["--color-background-primary", "--color-background-secondary", "--color-text-primary",
    "--color-text-secondary", "--color-border-primary", "--font-sans"];
  const dress = (context) => {
    const root = document.documentElement;
    if (context.theme === "light" || context.theme === "dark") root.style.colorScheme = context.theme;
    const given = (context.styles && context.styles.variables) || {};
    for (const name of KNOWN) if (typeof given[name] === "string") root.style.setProperty(name, given[name]);
    if (typeof context.locale === "string" && /^[A-Za-z0-9-]{2,35}$/.test(context.locale)) root.dataset.locale = context.locale;
  };

  const hear = {
    "ui/notifications/tool-result": (params) => told.result(params),
    "ui/notifications/tool-input": (params) => told.input(params.arguments || {}),
    "ui/notifications/tool-cancelled": (params) => told.cancelled(params),
    "ui/notifications/host-context-changed": dress,
  };
  window.addEventListener("message", (event) => {
    const message = event.data;
    if (event.source !== around || !message || message.jsonrpc !== "2.0") return;
    if (message.method !== undefined) {
      const heard = Object.hasOwn(hear, message.method) ? hear[message.method] : null;
      if (heard) heard(message.params || {});
      if (message.id !== undefined) send({ id: message.id, result: {} });
      return;
    }
    const asked = waiting.get(message.id);
    if (!asked) return;
    waiting.delete(message.id);
    if (message.error) asked.reject(new Error(String(message.error.message || "the client refused")));
    else asked.resolve(message.result || {});
  });

  let height = 0;
  const measure = () => {
    const now = Math.ceil(document.body.getBoundingClientRect().height);
    if (now !== height) notify("ui/notifications/size-changed", { height: height = now });
  };

  return {
    on: (name, act) => { told[name] = act; },
    can: (name) => capabilities[name] !== undefined,
    call: (name, given) => request("tools/call", { name, arguments: given }),
    say: (text) => request("ui/message", { role: "user", content: [{ type: "text", text }] }),
    remember: (text) => host.can("updateModelContext")
      ? request("ui/update-model-context", { content: [{ type: "text", text }] }).catch(() => {}) : undefined,
    begin: async (name) => {
      const found = await request("ui/initialize", {
        protocolVersion: "2026-01-26",
        appInfo: { name: `axure-lifecycle ${name}`, version: "1" },
        appCapabilities: { availableDisplayModes: ["inline", "fullscreen"] },
      });
      capabilities = found.hostCapabilities || {};
      dress(found.hostContext || {});
      notify("ui/notifications/initialized");
      new ResizeObserver(measure).observe(document.body);
    },
  };
})();

// Everything from outside becomes text and nothing else.
const make = (tag, about = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(about)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "onclick") element.addEventListener("click", value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
};
const page = document.getElementById("page");
const show = (...children) => { page.replaceChildren(...children.flat(Infinity).filter(Boolean)); page.removeAttribute("aria-busy"); };
const status = (text) => { document.getElementById("status").textContent = text; };
const words = (name) => String(name).replaceAll("_", " ");
const textOf = (result) => (result.content || []).filter((part) => part.type === "text").map((part) => part.text).join("\n");
const notice = (kind, text) => make("p", { class: `notice ${kind}`, role: kind === "bad" ? "alert" : undefined }, text);
// Call a tool; a refusal is an error with the sentence that says what to do.
const ask = async (name, given) => {
  page.setAttribute("aria-busy", "true");
  try {
    const result = await host.call(name, given);
    if (result.isError) throw new Error(textOf(result).replace(/ \[[a-z_]+\]$/, ""));
    return result;
  } finally {
    page.removeAttribute("aria-busy");
  }
};
