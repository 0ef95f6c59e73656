// A division: neighbouring parts in different colours, their borders, numbers and balance.
(function () {
  "use strict";
  const { data, map, renderer, outlines, element, count, short, group, flipped, committee, look, item, legend, list, names } = linli;
  const palette = ["#8dd3c7", "#ffffb3", "#bebada", "#fdb462", "#b3de69", "#fccde5", "#80b1d3", "#d9d9d9"];
  const [parts, blocks] = data.levels;
  const colour = (part) => palette[parts.parts[part].colour % palette.length];
  const percent = (share) => `${share < 0 ? "−" : "+"}${Math.abs(100 * share).toFixed(1)} %`;
  const amounts = (held) => data.measures.map((name, at) => `${count(held[at])} ${name}`);

  // Committees -------------------------------------------------------------
  const card = (row) => {
    const made = element("div", undefined, "card");
    made.append(element("b", row.name));
    if (row.town) made.append(element("div", row.town, "soft"));
    const block = blocks ? `, block 责任区 ${row.parts[1]}` : "";
    made.append(element("div", `part 片区 ${row.parts[0]}${block}`));
    for (const line of amounts(row.held)) made.append(element("div", line));
    return made;
  };
  const shapes = data.committees.map((row) => {
    const style = { renderer, className: "committee", color: "#ffffff", weight: 0.6, ring: "#444" };
    return committee(row, { ...style, fillColor: colour(row.parts[0]), fillOpacity: 0.92 }, () => card(row));
  });

  // Borders and numbers ------------------------------------------------------
  const styles = [
    { color: "#22303c", weight: 1.8, opacity: 0.95 },
    { color: "#22303c", weight: 1, opacity: 0.8, dashArray: "3 4" },
  ];
  data.levels.forEach((level, at) => {
    const style = { ...styles[at], fill: false, interactive: false, pane: "outlines" };
    const sheet = group(["Parts 片区", "Blocks 责任区"][at]);
    level.parts.forEach((part, number) => {
      if (!part.rings.length) return;
      const outline = L.polygon(flipped(part.rings), style).addTo(sheet);
      if (at === 0) names.push({ text: String(number), outline, className: "part-label" });
    });
  });
  for (const outline of outlines) if (outline) outline.setStyle({ weight: 3.6 }).bringToFront();
  look(shapes);

  // Beside the map -----------------------------------------------------------
  legend();
  item("swatch line", { borderTopColor: "#22303c", borderTopWidth: "2px" }, "part 片区");
  if (outlines.some(Boolean)) item("swatch line", { borderTopColor: "#22303c", borderTopWidth: "5px" }, "town 街镇");
  if (blocks) item("swatch line", { borderTopColor: "#22303c", borderTopWidth: "1px", borderTopStyle: "dashed" }, "block 责任区");
  const widest = Math.max(0.01, ...parts.parts.map((part) => Math.abs(part.deviation[0])));
  const show = (number) => {
    const inside = shapes.filter((shape, row) => shape && data.committees[row].parts[0] === number);
    map.fitBounds(L.featureGroup(inside).getBounds(), { maxZoom: data.on_earth ? 15 : 2 });
  };
  parts.parts.forEach((part, number) => {
    const name = element("span", String(number), "number-of");
    name.style.background = colour(number);
    const where = element("span", part.towns.join(", ") || `${part.committees} committees`, "name");
    const bar = element("span", undefined, "balance");
    const fill = element("span");
    const width = (50 * Math.abs(part.deviation[0])) / widest;
    Object.assign(fill.style, { width: `${width}%`, left: part.deviation[0] < 0 ? `${50 - width}%` : "50%" });
    bar.append(fill);
    const said = [name, where, bar, element("span", percent(part.deviation[0]), "number")];
    list("parts", said, () => show(number));
    const line = document.getElementById("parts").lastChild;
    const inBlocks = blocks ? blocks.parts.filter((block) => block.above === number).length : 0;
    const more = [`${part.committees} committees`, ...amounts(part.held)];
    if (inBlocks) more.push(`${inBlocks} blocks`);
    if (part.minutes !== null) more.push(`${short(part.minutes)} min on foot to its centre`);
    line.title = more.join(" · ");
  });

  document.body.dataset.committees = String(shapes.filter(Boolean).length);
  document.body.dataset.parts = String(parts.parts.length);
})();
