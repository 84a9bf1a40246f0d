"use strict";
// The bar and the legends choose what is shown; headings sort; points say their figures. Without this script everything is shown.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const bar = document.querySelector(".bar");

  const chosen = (name) => document.querySelector(`input[name="${name}"]:checked`)?.value ?? "";
  const boxes = () => all("input[name=algorithm]");
  // A series is named by its algorithm with parameters, or by the algorithm alone, where it runs along them.
  const isOff = (series, off) => {
    if (off.has(series)) return true;
    const own = boxes().filter((box) => box.value.split(":")[0] === series);
    return own.length > 0 && own.every((box) => off.has(box.value));
  };

  // A part that says nothing of keys or of nodes is shown whatever is chosen.
  const apply = () => {
    const keys = chosen("keys");
    const nodes = chosen("nodes");
    const off = new Set(boxes().filter((box) => !box.checked).map((box) => box.value));
    const named = new Set(boxes().filter((box) => !box.checked).map((box) => box.dataset.name));
    for (const part of all("[data-keys]")) {
      part.hidden = part.dataset.keys !== keys;
    }
    for (const figure of all("figure")) {
      const silent = new Set(all("button[aria-pressed=false]", figure).map((button) => button.parentNode.dataset.switch));
      for (const series of all("[data-s]", figure)) {
        series.classList.toggle("off", isOff(series.dataset.s, off) || silent.has(series.dataset.s));
      }
      for (const entry of all("[data-switch]", figure)) entry.hidden = isOff(entry.dataset.switch, off);
      let shown = 0;
      for (const part of all(".part", figure)) {
        const { ofKeys, ofNodes } = part.dataset;
        const fits = (ofKeys === undefined || ofKeys === keys) && (ofNodes === undefined || nodes === "" || ofNodes === nodes);
        part.hidden = !fits;
        shown += fits ? 1 : 0;
      }
      figure.querySelector(".missing").hidden = shown > 0;
    }
    for (const row of all("tbody tr")) {
      const other = nodes !== "" && row.dataset.nodes !== undefined && row.dataset.nodes !== nodes;
      row.hidden = other || named.has(row.dataset.s);
    }
    for (const panel of all(".panel")) settle(panel);
    for (const table of all("table")) mark(table);
    say(keys, nodes, off);
  };

  const visible = (panel) => all(".p", panel).filter((point) => !point.closest(".off"));

  // One point of a panel, which is there to be seen, is in the order of tabs.
  const settle = (panel) => {
    const points = all(".p", panel);
    const seen = visible(panel);
    const one = seen.find((point) => point.getAttribute("tabindex") === "0") ?? seen[0];
    for (const point of points) point.setAttribute("tabindex", point === one ? "0" : "-1");
  };

  // What is shown, in words, for when the bar is closed.
  const say = (keys, nodes, off) => {
    const output = bar?.querySelector("output");
    if (!output) return;
    const count = boxes().length;
    const parts = [off.size > 0 ? `${count - off.size} of ${count} algorithms` : "all algorithms"];
    if (all("input[name=keys]").length > 1) parts.push(`keys ${keys}`);
    parts.push(nodes === "" ? "all sizes" : `${nodes} nodes`);
    output.value = parts.join(", ");
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

  const button = (parent, press, title) => {
    const made = document.createElement("button");
    made.type = "button";
    made.title = title;
    made.append(...parent.childNodes);
    parent.append(made);
    made.addEventListener("click", () => press(made));
    return made;
  };

  for (const header of all("thead th")) button(header, () => sort(header), "Sort by this column");
  for (const entry of all("[data-switch]")) {
    const made = button(entry, () => {
      const pressed = made.getAttribute("aria-pressed") === "true";
      // Entries of one series, such as of several sizes, are switched together.
      for (const other of all("[data-switch]", entry.parentNode)) {
        if (other.dataset.switch === entry.dataset.switch) other.firstChild.setAttribute("aria-pressed", String(!pressed));
      }
      apply();
    }, "Show or hide it in this picture");
    made.setAttribute("aria-pressed", "true");
  }

  // The figure of the point that is nearest to the pointer, or that has the focus.
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  document.body.append(tip);
  const middle = (point) => {
    const box = point.getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2];
  };
  const tell = (point) => {
    tip.hidden = !point;
    if (!point) return;
    tip.textContent = point.getAttribute("aria-label");
    const [x, y] = middle(point);
    const left = Math.min(Math.max(4, x - tip.offsetWidth / 2), document.documentElement.clientWidth - tip.offsetWidth - 4);
    const above = y - tip.offsetHeight - 12;
    tip.style.left = `${left}px`;
    tip.style.top = `${above > 4 ? above : y + 14}px`;
  };
  const REACH = 32;
  const nearest = (panel, x, y) => {
    let best = null;
    let least = REACH * REACH;
    for (const point of visible(panel)) {
      const [px, py] = middle(point);
      const distance = (px - x) ** 2 + (py - y) ** 2;
      if (distance < least) [best, least] = [point, distance];
    }
    return best;
  };
  // Arrows go along a series and from one to the next.
  const step = (panel, point, key) => {
    const groups = all(".g", panel).map((group) => visible(group)).filter((points) => points.length > 0);
    const row = groups.findIndex((points) => points.includes(point));
    const column = groups[row].indexOf(point);
    if (key === "ArrowRight") return groups[row][column + 1];
    if (key === "ArrowLeft") return groups[row][column - 1];
    const other = groups[row + (key === "ArrowDown" ? 1 : -1)];
    return other?.[Math.min(column, other.length - 1)];
  };
  for (const panel of all(".panel")) {
    for (const point of all(".p", panel)) {
      const title = point.querySelector("title");
      point.setAttribute("aria-label", title.textContent);
      point.setAttribute("role", "img");
      // The browser's own box would come later and cover this one.
      title.remove();
    }
    panel.addEventListener("pointermove", (event) => tell(nearest(panel, event.clientX, event.clientY)));
    panel.addEventListener("pointerdown", (event) => tell(nearest(panel, event.clientX, event.clientY)));
    panel.addEventListener("pointerleave", () => tell(null));
    panel.addEventListener("focusin", (event) => tell(event.target.closest(".p")));
    panel.addEventListener("focusout", () => tell(null));
    panel.addEventListener("keydown", (event) => {
      const point = event.target.closest(".p");
      if (event.key === "Escape") tell(null);
      if (!point || !event.key.startsWith("Arrow")) return;
      event.preventDefault();
      const next = step(panel, point, event.key);
      if (!next) return;
      point.setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
      next.focus({ preventScroll: true });
    });
  }
  addEventListener("scroll", () => tell(null), { passive: true });

  if (bar) {
    bar.hidden = false;
    const details = bar.querySelector("details");
    // What a link leads to is not below the bar.
    const clear = () => { document.documentElement.style.scrollPaddingTop = `${bar.offsetHeight + 8}px`; };
    details.addEventListener("toggle", clear);
    addEventListener("resize", clear);
    details.open = innerWidth >= 900 && innerHeight >= 600;
    clear();
    bar.addEventListener("change", apply);
    bar.addEventListener("submit", (event) => event.preventDefault());
  }
  apply();
})();
