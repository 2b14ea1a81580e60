// Draws the charts whose specifications stand in the page, in the colours of the style sheet, and again when light turns to dark.
"use strict";

(() => {
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const narrow = matchMedia("(max-width: 40em)");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const drawn = new Map();

  const config = () => {
    const text = colour("--text");
    const quiet = colour("--quiet");
    const line = colour("--line");
    const font = getComputedStyle(document.body).fontFamily;
    return {
      background: "transparent",
      font,
      view: { stroke: "transparent" },
      axis: {
        labelColor: quiet, titleColor: quiet, titleFontWeight: "normal", labelFontSize: 12, titleFontSize: 12,
        gridColor: line, domainColor: line, tickColor: line, labelLimit: narrow.matches ? 140 : 280,
      },
      legend: { labelColor: text, labelFontSize: 12, symbolSize: 80, labelLimit: 320, columnPadding: 18, columns: narrow.matches ? 1 : 4 },
      range: {
        category: [1, 2, 3, 4, 5, 6, 7, 8].map((n) => colour(`--c${n}`)),
        symbol: ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "triangle-left"],
      },
      mark: { color: colour("--c1") },
      line: { strokeWidth: 2 },
      text: { color: text, fontSize: 12 },
      rule: { color: quiet },
      bar: { stroke: colour("--page"), strokeWidth: 1 },
    };
  };

  // An offset in place of the pointer: touch has none before the first tap.
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true");
  document.body.append(tip);
  const tell = (_handler, event, _item, value) => {
    tip.hidden = !value;
    if (!value) return;
    tip.textContent = value;
    const wide = document.documentElement.clientWidth;
    const box = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(4, Math.min(event.clientX + 12, wide - box.width - 8))}px`;
    tip.style.top = `${Math.max(4, event.clientY - box.height - 12)}px`;
  };

  // On a narrow screen names at the side are broken into lines, and the rows made higher for them.
  const wrap = (spec) => {
    const parts = [spec, ...(spec.layer || [])].filter((part) => part.encoding?.y?.type === "nominal");
    for (const part of parts) {
      part.encoding.y.axis = { ...part.encoding.y.axis, labelExpr: "split(replace(datum.label, regexp('(.{13,}?) ', 'g'), '$1\\n'), '\\n')", labelLineHeight: 13 };
    }
    if (parts.length) spec.height *= 1.6;
    // The text behind a bar is as long as on a wide screen, so the bars have to leave it more room.
    if ((spec.layer || []).some((part) => part.mark?.type === "text")) {
      for (const part of parts) if (part.encoding.x?.scale?.domain) part.encoding.x.scale.domain[1] *= 1.4;
    }
  };

  const draw = async (script) => {
    const place = document.getElementById(script.dataset.chart);
    if (!place.checkVisibility()) return; // in a fold: drawn when it is opened
    const before = drawn.get(place);
    if (before) before.finalize();
    // A series that has a colour of its own names it as the style sheet does, so that it follows light and dark.
    const told = JSON.parse(script.textContent, (_key, value) => (/^--c[1-8]$/.test(value) ? colour(value) : value));
    if (narrow.matches) wrap(told);
    const spec = { ...told, width: place.clientWidth - 2, autosize: { type: "fit-x", contains: "padding" } };
    drawn.set(place, await window.vegaEmbed(place, spec, {
      mode: "vega-lite", renderer: "svg", actions: false, defaultStyle: false, hover: false, tooltip: tell, config: config(),
    }));
    // The element around names the chart for screen readers, and the table below says it all.
    for (const svg of place.querySelectorAll("svg")) svg.setAttribute("aria-hidden", "true");
  };

  const scripts = [...document.querySelectorAll("script[data-chart]")];
  const all = () => scripts.forEach(draw);
  all();
  dark.addEventListener("change", all);
  let width = document.documentElement.clientWidth;
  let waiting = 0;
  addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      if (width !== document.documentElement.clientWidth) all();
      width = document.documentElement.clientWidth;
    }, 150);
  });
  document.addEventListener("toggle", (event) => {
    if (event.target.open) scripts.filter((script) => event.target.contains(script)).forEach(draw);
  }, true);

  // A link to a definition opens what it counts.
  const open = () => {
    const entry = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const fold = entry && entry.matches("article.entry") && entry.querySelector("details");
    if (fold) fold.open = true;
  };
  addEventListener("hashchange", open);
  open();
})();
