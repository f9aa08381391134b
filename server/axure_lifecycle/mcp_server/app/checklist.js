// A case: what to do now, where every step stands, and the person's own word for a step.
const LOOKS = {
  to_do: ["○", "", "to do"], reported: ["◐", "open", "reported"], confirmed: ["✓", "good", "confirmed"],
  verified: ["✓", "good", "verified"], skipped: ["–", "", "skipped"], skip_reported: ["–", "open", "skip reported"],
  contradicted: ["!", "bad", "contradicted"],
};
const CHANNELS = {
  assistant: "an assistant relayed it", unattended: "a command without a person", client_form: "in the client's form",
  client_page: "on this page", terminal: "at a terminal", console: "on the console",
  console_second_factor: "on the console, with a second factor",
};
const CASES = { open: "open", done: "", verified: "good", cancelled: "" };
const SAID = { done: "Yes, I did it", skipped: "Yes, skip it", not_done: "Yes, take it back" };
let current = null;
let wanted = [];

const chip = (kind, text) => make("span", { class: `chip ${kind}` }, text);
const looks = (state) => LOOKS[state] || ["?", "", words(state)];
const settled = (step) => ["confirmed", "verified", "skipped"].includes(step.state);

const head = (one) => {
  const done = one.steps.filter(settled).length;
  const about = [`wanted since ${one.wanted_since.slice(0, 10)}`, one.due_on && `last day ${one.due_on}`, one.owner && `with ${one.owner}`];
  return make("header", {},
    make("div", { class: "top" },
      make("h1", {}, `${one.case}: ${words(one.operation)} ${one.about || one.subject}`),
      chip(CASES[one.state] || "", words(one.state))),
    make("p", { class: "quiet" }, about.filter(Boolean).join(" · ")),
    make("progress", { max: one.steps.length || 1, value: done, "aria-label": "Settled steps" }),
    make("p", { class: "quiet" }, `${done} of ${one.steps.length} steps settled`));
};

// The question, in exactly the words that are recorded, and the ways to answer it.
const question = async (card, step, outcome, note) => {
  status("");
  let found;
  try {
    found = await ask("show_question", { case: current.case, step: step.key, outcome, note });
  } catch (error) {
    fail(card, error);
    return;
  }
  const asked = found.structuredContent;
  const key = (found._meta || {})["axure-lifecycle/answer-key"];
  const extra = make("textarea", { id: "words", maxlength: 1000 });
  const buttons = [
    make("button", { class: "main", onclick: () => answer("yes") }, SAID[outcome]),
    make("button", { onclick: () => answer("no") }, "No"),
    make("button", { onclick: () => answer("declined") }, "I do not answer this"),
    make("button", { class: "plain", onclick: () => close() }, "Close"),
  ];
  const title = make("h3", { id: "asked", tabindex: "-1" }, "What you are asked");
  const panel = make("div", { class: "ask", role: "group", "aria-labelledby": "asked" }, title,
    make("blockquote", {}, asked.question),
    asked.falls_short ? notice("open", asked.falls_short) : null,
    make("label", { for: "words" }, "Add something (optional)"), extra,
    make("div", { class: "acts" }, buttons),
    make("p", { class: "quiet" }, "Only you answer this. It is recorded as your word, given on a page inside this client."));
  const close = () => { clear(); focusOn(card); };
  panel.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  const answer = async (said) => {
    buttons.forEach((button) => { button.disabled = true; });
    try {
      const result = await ask("answer_question", {
        case: current.case, step: step.key, outcome, note, question_digest: asked.question_digest, said, words: extra.value, key,
      });
      render(result);
      const told = (result.structuredContent.said || []).join(" ");
      status(told);
      host.remember(`On the checklist page: ${told}`);
      page.querySelector("h1").focus();
    } catch (error) {
      fail(card, error);
    }
  };
  clear();
  acts(card).forEach((button) => { button.disabled = true; });
  card.append(panel);
  title.focus();
};

const acts = (card) => [...card.querySelectorAll(":scope > .acts button")];
const focusOn = (card) => { const first = acts(card)[0]; if (first) first.focus(); };
// One question at a time: what stands open anywhere is closed first.
const clear = () => {
  page.querySelectorAll(".ask, .failed").forEach((old) => old.remove());
  page.querySelectorAll(".acts button").forEach((button) => { button.disabled = false; });
};
const fail = (card, error) => { clear(); card.append(make("div", { class: "failed" }, notice("bad", error.message))); };

// A step is skipped for a reason, which the question then quotes.
const reason = (card, step) => {
  clear();
  const field = make("input", { id: "reason", maxlength: 1000 });
  const go = () => { const why = field.value.trim(); if (why) question(card, step, "skipped", why); else field.focus(); };
  const form = make("div", { class: "ask", role: "group", "aria-label": "Skip this step" },
    make("label", { for: "reason" }, "Why is it not needed?"), field,
    make("div", { class: "acts" }, make("button", { class: "main", onclick: go }, "Go on"),
      make("button", { class: "plain", onclick: () => { clear(); focusOn(card); } }, "Close")));
  field.addEventListener("keydown", (event) => { if (event.key === "Enter") go(); if (event.key === "Escape") { clear(); focusOn(card); } });
  card.append(form);
  field.focus();
};

const SURE = { older: "from an older source", reported: "somebody reported it", unknown: "nobody knows for certain" };
const about = (step) => {
  const sure = [SURE[step.how_sure], step.to_check.length && "old, to be checked"].filter(Boolean).join("; ");
  const told = [["Who", words(step.doer)], ["Where", step.place], ["What", step.instruction], ["Evidence", step.evidence], ["How sure", sure]];
  return make("dl", {}, told.filter(([, text]) => text).map(([name, text]) => [make("dt", {}, name), make("dd", {}, text)]));
};

const card = (one, step) => {
  const state = one.steps.find((each) => each.key === step.key);
  const found = make("li", { class: "card" },
    make("div", { class: "top" }, make("h3", {}, step.title), state ? chip(looks(state.state)[1], looks(state.state)[2]) : null),
    about(step), step.notes.map((note) => notice("open", note)));
  if (host.can("serverTools") && one.state !== "cancelled") {
    found.append(make("div", { class: "acts" },
      make("button", { class: "main", onclick: () => question(found, step, "done", ""), "aria-label": `I did this: ${step.title}` }, "I did this"),
      make("button", { onclick: () => reason(found, step), "aria-label": `Not needed: ${step.title}` }, "Not needed")));
  }
  return found;
};

const line = (one, step, number) => {
  const [mark, kind, word] = looks(step.state);
  const known = [step.claim && `${step.claim} ${CHANNELS[step.channel] || words(step.channel)}`,
    step.source && `${step.state === "contradicted" ? "contradicted" : "shown"} by ${step.source}${step.brought_by_claimer ? ", brought by who claimed it" : ""}`,
    ...step.evidence, ...(step.too_late || [])].filter(Boolean).join(" · ");
  const found = make("li", {},
    make("span", { class: `mark ${kind}`, "aria-hidden": "true" }, mark),
    make("span", {}, `${number}. ${step.title}`), make("span", {}, step.overdue ? [chip("bad", "overdue"), " "] : null, chip(kind, word)),
    known ? make("span", { class: "known" }, known) : null);
  if (host.can("serverTools") && ["confirmed", "skipped"].includes(step.state) && one.state !== "cancelled") {
    const back = make("div", { class: "acts known" },
      make("button", { class: "plain", onclick: () => question(found, step, "not_done", ""), "aria-label": `Take back: ${step.title}` }, "Take back"));
    found.append(back);
  }
  return found;
};

const render = (result) => {
  const one = result.structuredContent;
  if (result.isError || !one || !Array.isArray(one.steps)) {
    show(result.isError ? notice("bad", textOf(result)) : make("pre", {}, textOf(result)));
    return;
  }
  // An answer about a step leaves out what identity providers want: it stays what was told of this case last.
  wanted = one.wanted || (current && current.case === one.case ? wanted : []);
  current = one;
  show(head(one), wanted.map((each) => make("p", {}, `Wanted: ${each}`)),
    one.state === "done" ? notice("open", "Every step is confirmed or skipped. A later roster verifies it.") : null,
    one.current.length ? [make("h2", {}, "Now"), make("ol", {}, one.current.map((step) => card(one, step)))] : null,
    make("h2", {}, "All steps"),
    make("ol", { class: "steps" }, one.steps.map((step, at) => line(one, step, at + 1))),
    one.evidence.length ? [make("h2", {}, "Attached"), make("ul", {}, one.evidence.map((file) =>
      make("li", {}, `${file.id} “${file.file}” for ${file.step}, ${file.media_type}, ${file.assurance}`)))] : null,
    host.can("serverTools") ? make("div", { class: "acts" }, make("button", { class: "plain", onclick: again }, "Look anew"))
      : make("p", { class: "quiet" }, "This client lets no page answer: say it in the conversation, or at a terminal."));
  page.querySelector("h1").setAttribute("tabindex", "-1");
};

const again = async () => {
  try {
    render(await ask("get_case", { case: current.case }));
    status(`${current.case} as it is now.`);
  } catch (error) {
    status(error.message);
  }
};

host.on("result", render);
host.on("cancelled", () => show(notice("open", "The call was cancelled; nothing is shown.")));
host.begin("checklist");
