// Escape leaves the form of a cell, as Cancel does.
"use strict";
document.addEventListener("keydown", (event) => {
  const form = event.key === "Escape" && event.target.closest(".cell-form");
  if (form) form.querySelector("[data-cancel]").click();
});
