// Escape leaves the form of a cell, as Cancel does.
"use strict";
document.addEventListener("keydown", (event) => {
  const form = event.key === "Escape" && event.target.closest(".cell-form");
  if (form) form.querySelector("[data-cancel]").click();
});
// What stands in a cell is selected: whoever types replaces it.
document.addEventListener("focusin", (event) => {
  if (event.target.matches(".cell-form input[autofocus]")) event.target.select();
});
