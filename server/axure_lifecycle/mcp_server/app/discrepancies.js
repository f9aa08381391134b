// Who should not have what they have: a list by verdict, a part at a time.
const KINDS = { leaver: "bad", leaving: "open", withheld: "open", ambiguous: "open", hold: "open" };
const COLUMNS = [
  ["Verdict", (one) => make("span", { class: `chip ${KINDS[one.verdict] || ""}` }, words(one.verdict))],
  ["Why", (one) => [one.reason && words(one.reason), one.leave_date && `last day ${one.leave_date}`, one.decided].filter(Boolean).join("; ")],
  ["Role", (one) => one.role],
  ["Directory", (one) => [one.directory_email !== one.email && one.directory_email, ...one.directory_status.map((each) => each.toLowerCase())].filter(Boolean).join(", ")],
  ["Wanted", (one) => one.wanted],
  ["Under way", (one) => one.case],
  ["Claimed", (one) => one.claimed],
];
let given = {};

const banner = (one) => [
  ...one.withheld_because.map((why) => notice("bad", why)),
  ...one.cautions.map((caution) => notice("open", caution)),
  ...(one.wanted || []).map((each) => notice("open", `Wanted: ${each}`)),
];

const filters = (one) => {
  if (!host.can("serverTools")) return null;
  const kinds = Object.entries(one.counts).filter(([, count]) => count);
  const button = (verdict, text) => make("button", {
    "aria-pressed": String((given.verdict || null) === verdict), onclick: () => look(verdict),
  }, text);
  return make("div", { class: "acts", role: "group", "aria-label": "Only one verdict" },
    button(null, "To act on"), kinds.map(([verdict, count]) => button(verdict, `${words(verdict)} ${count}`)));
};

// Only the columns in which something stands.
const columns = (items) => COLUMNS.filter(([, cell]) => items.some((one) => cell(one)));

const row = (shown) => (one) => make("tr", {},
  make("th", { scope: "row" }, one.name ? `${one.name} ` : "", make("span", { class: one.name ? "quiet line" : "" }, one.email)),
  shown.map(([, cell]) => make("td", {}, cell(one) || "")),
  host.can("message") ? make("td", {}, make("button", { class: "plain", onclick: () => pass(one.email), "aria-label": `Look into it: ${one.email}` }, "Look into it")) : null);

const list = (one) => {
  if (!one.items.length) return make("p", { class: "quiet" }, "Nobody in this list.");
  const shown = columns(one.items);
  return make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Members" }, make("table", {},
    make("caption", {}, `${one.items.length} of ${one.in_all} members`),
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Who"), shown.map(([name]) => make("th", { scope: "col" }, name)),
      host.can("message") ? make("td", {}, make("span", { class: "hidden" }, "Ask the assistant")) : null)),
    make("tbody", {}, one.items.map(row(shown)))));
};

const seats = (one) => {
  const found = Object.entries(one.seat_counts);
  if (!found.length) return null;
  const costs = Object.entries(one.yearly_cost).map(([code, cost]) => `${cost} ${code}`).join(", ");
  return [make("h2", {}, "Seats"),
    make("p", {}, found.map(([finding, count]) => `${count} ${words(finding)}`).join(" · ")),
    costs ? make("p", {}, `Reclaimable a year: ${costs}`) : null,
    make("ul", {}, one.seats.map((seat) => make("li", {}, `${seat.email}: ${words(seat.finding)}${seat.edition ? `, ${seat.edition}` : ""}`)))];
};

const render = (result) => {
  const one = result.structuredContent;
  if (result.isError || !one || !Array.isArray(one.items)) {
    show(result.isError ? notice("bad", textOf(result)) : make("pre", {}, textOf(result)));
    return;
  }
  const more = one.cursor && host.can("serverTools");
  show(make("header", {}, make("h1", { tabindex: "-1" }, "Discrepancies"),
      make("p", { class: "quiet" }, one.source ? `By ${one.source}, as of ${one.as_of.slice(0, 16).replace("T", " ")}` : one.next),
      one.directories.map((each) => make("p", { class: "quiet" }, `Beside ${each}`))),
    banner(one), filters(one), one.source ? list(one) : null,
    more ? make("div", { class: "acts" }, make("button", { onclick: () => look(given.verdict || null, one.cursor) }, "The next part")) : null,
    seats(one),
    one.not_stated.length ? [make("h2", {}, "Not stated"), make("ul", {}, one.not_stated.map((each) => make("li", {}, each)))] : null);
};

const look = async (verdict, cursor) => {
  const wanted = { ...(verdict ? { verdict } : {}), ...(given.as_of ? { as_of: given.as_of } : {}) };
  try {
    const found = await ask("find_discrepancies", { ...wanted, ...(cursor ? { cursor } : {}) });
    given = wanted;
    render(found);
    status(verdict ? `Only ${words(verdict)}.` : "Everybody to act on.");
    page.querySelector("h1").focus();
  } catch (error) {
    status(error.message);
  }
};

const pass = (email) => host.say(`Check ${email} in Axure and tell me what is needed.`).catch((error) => status(error.message));

host.on("input", (input) => { given = input; });
host.on("result", render);
host.on("cancelled", () => show(notice("open", "The call was cancelled; nothing is shown.")));
host.begin("discrepancies");
