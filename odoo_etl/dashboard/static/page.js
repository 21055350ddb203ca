// What htmx does not do: tell in words that something is on its way or went wrong, and keep the keyboard where it was.
"use strict";
document.addEventListener("htmx:sendError", () => tell("The server does not answer. It may have been stopped."));
document.addEventListener("htmx:beforeRequest", (event) => {
  const notice = document.getElementById("notice");
  if (event.target.closest("form")) notice.replaceChildren();
});
function tell(text) {
  const line = document.createElement("p");
  line.className = "fault";
  line.textContent = text;
  document.getElementById("notice").replaceChildren(line);
}
// A run has ended: its report is on the same address.
document.addEventListener("htmx:sseClose", (event) => {
  if (event.detail.type === "message") location.reload();
});
// Streams end now and then and come back by themselves; who looks at a run is told of one that does not.
let lost = 0;
document.addEventListener("htmx:sseError", () => {
  lost ||= setTimeout(tell, 10000, "The server does not answer. The page asks again by itself; a run goes on without it.");
});
document.addEventListener("htmx:sseOpen", () => {
  if (!lost) return;
  clearTimeout(lost);
  lost = 0;
  document.getElementById("notice").replaceChildren();
});
// Times where the reader is, whatever the timezone of the server.
function localTimes(root) {
  const day = { weekday: "short", day: "2-digit", month: "short", hour: "2-digit", minute: "2-digit" };
  for (const one of root.querySelectorAll("time[data-local]")) {
    const rest = one.dataset.local === "seconds" ? { second: "2-digit", hourCycle: "h23" } : { timeZoneName: "short" };
    one.textContent = new Date(one.dateTime).toLocaleString(undefined, { ...day, ...rest });
  }
}
localTimes(document);
document.addEventListener("htmx:load", (event) => localTimes(event.detail.elt));
