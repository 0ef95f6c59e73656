// Coverage: each committee in the colour of its walk.
(function () {
  "use strict";
  const { data, renderer, statuses, element, count, short, committee, look } = linli;
  const limit = data.minutes;
  // Nearest to farthest; the break between green and orange is the limit.
  const classes = [
    [limit / 3, "#0b6e69"],
    [(2 * limit) / 3, "#4aa79c"],
    [limit, "#b9e0d6"],
    [(4 * limit) / 3, "#f6b26b"],
    [Infinity, "#c4471a"],
  ];
  const unknown = "#c9d1d9";
  const classOf = (minutes) => classes.findIndex(([upTo]) => minutes <= upTo);

  const svg = (tag, attributes, parent) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    parent.append(made);
    return made;
  };
  // Partly covered: hatched in the colour of the other side of the limit.
  const hatches = svg("defs", {}, svg("svg", { width: 0, height: 0, style: "position:absolute" }, document.body));
  classes.forEach(([upTo, fill], index) => {
    const size = { width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" };
    const pattern = svg("pattern", { id: `hatch-${index}`, ...size }, hatches);
    svg("rect", { width: 7, height: 7, fill }, pattern);
    svg("rect", { width: 2, height: 7, fill: upTo <= limit ? "#e58a4e" : "#b9e0d6" }, pattern);
  });
  // Hatching needs SVG.
  const canHatch = renderer instanceof L.SVG;

  const committeeCard = (row) => {
    const made = element("div", undefined, "card");
    made.append(element("b", row.name));
    if (row.town) made.append(element("div", row.town, "soft"));
    if (row.people === null) made.append(element("div", "population unknown 人口未知"));
    else made.append(element("div", `${count(row.covered)} of ${count(row.people)} ${data.whom} within ${short(limit)} min`));
    if (row.minutes !== null) made.append(element("div", `${short(row.minutes)} min on foot to ${row.nearest}`));
    made.append(element("div", statuses[row.status], "soft"));
    return made;
  };
  const shapes = data.committees.map((row) => {
    const partial = row.status === "partial";
    const at = row.minutes === null ? -1 : classOf(row.minutes);
    const plain = at < 0 ? unknown : classes[at][1];
    const style = {
      renderer,
      className: "committee",
      color: "#ffffff",
      weight: 0.9,
      fillColor: partial && canHatch && row.rings.length ? `url(#hatch-${at})` : plain,
      fillOpacity: partial && !canHatch ? 0.55 : 0.92,
    };
    return committee(row, { ...style, ring: partial ? "#b3541e" : "#444" }, () => committeeCard(row));
  });
  look(shapes);

  Object.assign(linli, { classes, shapes });
})();
