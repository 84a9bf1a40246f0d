"use strict";
// Switches show one key set and one number of nodes at a time; headings sort. Without this script everything is shown.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const bar = document.querySelector(".bar");

  const chosen = (name) => document.querySelector(`input[name="${name}"]:checked`)?.value ?? "";

  // A part that says nothing of keys or of nodes is shown whatever is chosen.
  const apply = () => {
    const keys = chosen("keys");
    const nodes = chosen("nodes");
    for (const part of all("[data-keys]")) {
      part.hidden = part.dataset.keys !== keys;
    }
    for (const gallery of all("figure")) {
      const variants = all("[data-variant]", gallery);
      let shown = 0;
      for (const variant of variants) {
        const { ofKeys, ofNodes } = variant.dataset;
        const fits = (ofKeys === undefined || ofKeys === keys) && (ofNodes === undefined || ofNodes === nodes);
        variant.hidden = !fits;
        shown += fits ? 1 : 0;
      }
      const missing = gallery.querySelector(".missing");
      if (missing) missing.hidden = shown > 0;
    }
    for (const row of all("tbody tr")) {
      row.hidden = nodes !== "" && row.dataset.nodes !== undefined && row.dataset.nodes !== nodes;
    }
    for (const table of all("table")) mark(table);
  };

  // A line above the first row of each size, as long as rows of one size stand together.
  const mark = (table) => {
    let before = null;
    for (const row of all("tbody tr", table).filter((row) => !row.hidden)) {
      row.classList.toggle("first", row.dataset.nodes !== before);
      before = row.dataset.nodes;
    }
    const sorted = table.querySelector("th[aria-sort]");
    if (sorted && sorted.cellIndex > 0) all("tr.first", table).forEach((row) => row.classList.remove("first"));
  };

  const sort = (header) => {
    const table = header.closest("table");
    const body = table.tBodies[0];
    const column = header.cellIndex;
    const down = header.getAttribute("aria-sort") === "ascending";
    all("th[aria-sort]", table).forEach((other) => other.removeAttribute("aria-sort"));
    header.setAttribute("aria-sort", down ? "descending" : "ascending");
    const value = (row) => {
      const cell = row.cells[column];
      return cell.dataset.value === undefined ? null : Number(cell.dataset.value);
    };
    const text = (row) => row.cells[column].textContent;
    const rows = all("tr", body).map((row) => ({ row, value: value(row), text: text(row) }));
    const numeric = rows.some((entry) => entry.value !== null);
    // Cells without a figure stand last, whichever way.
    rows.sort((a, b) => {
      if (!numeric) return (down ? -1 : 1) * a.text.localeCompare(b.text);
      if (a.value === null || b.value === null) return (a.value === null) - (b.value === null);
      return (down ? -1 : 1) * (a.value - b.value);
    });
    body.append(...rows.map((entry) => entry.row));
    mark(table);
  };

  for (const header of all("thead th")) {
    const button = document.createElement("button");
    button.type = "button";
    button.title = "Sort by this column";
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener("click", () => sort(header));
  }
  if (bar) {
    bar.hidden = false;
    bar.addEventListener("change", apply);
  }
  apply();
})();
