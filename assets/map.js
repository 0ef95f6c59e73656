// Draws what src/map wrote into #data. Names reach the page as text, never as HTML.
const linli = (function () {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
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
  const statuses = {
    covered: "covered 已覆盖",
    partial: "covered in part 部分覆盖",
    beyond_limit: "beyond the limit 超出",
    unreachable: "no way on foot 步行不可达",
    clipped: "unknown: the streets end 街道数据不足",
    unsnapped: "unknown: no street near 附近无街道",
    unlocated: "without a place 无位置",
    new: "new 新增",
    existing: "existing 现有",
    planned: "planned 规划",
    candidate: "candidate 候选",
    closed: "closed 关闭",
  };

  const element = (tag, text, className) => {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  };
  const count = (value) => (value === null ? "unknown" : Math.round(value).toLocaleString("en"));
  const short = (value) => String(Math.round(value * 10) / 10);
  const classOf = (minutes) => classes.findIndex(([upTo]) => minutes <= upTo);

  const map = L.map("map", {
    crs: data.on_earth ? L.CRS.EPSG3857 : L.CRS.Simple,
    preferCanvas: true,
    zoomSnap: 0.25,
    attributionControl: false,
    minZoom: data.on_earth ? 3 : -12,
  });
  // Each kind of drawing on a sheet of its own; only committees and centres answer the mouse.
  const sheets = ["streets", "points", "outlines", "barriers", "spokes", "reach", "labels"];
  sheets.forEach((name, place) => {
    const pane = map.createPane(name);
    pane.style.zIndex = name === "labels" ? 590 : 410 + 5 * place;
    pane.style.pointerEvents = "none";
  });
  const flip = ([x, y]) => [y, x];
  const layers = {};
  const group = (name) => (layers[name] = layers[name] || L.layerGroup().addTo(map));
  const flipped = (rings) => rings.map((part) => part.map((ring) => ring.map(flip)));

  // Committees -------------------------------------------------------------
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
  // Hatching needs SVG, which is slow for many thousand shapes.
  const renderer = data.committees.length <= 4000 ? L.svg() : L.canvas();
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
    let shape = null;
    if (row.rings.length) shape = L.polygon(flipped(row.rings), style);
    else if (row.at) shape = L.circleMarker(flip(row.at), { ...style, radius: 6, color: partial ? "#b3541e" : "#444" });
    if (!shape) return null;
    shape.bindTooltip(() => committeeCard(row), { sticky: true }).bindPopup(() => committeeCard(row));
    shape.on("mouseover", () => shape.setStyle({ color: "#14213d", weight: 2.2 }).bringToFront());
    shape.on("mouseout", () => shape.setStyle({ color: style.color, weight: style.weight }));
    shape.on("popupopen", () => shape.closeTooltip());
    return shape.addTo(group("Committees 居委会"));
  });

  // Streets, barriers and finer demand points ------------------------------
  const lineStyles = {
    river: { color: "#5b9bd5", weight: 6, opacity: 0.85 },
    railway: { color: "#333a42", weight: 2.5, dashArray: "7 5" },
    expressway: { color: "#7d8a97", weight: 3.5, opacity: 0.9 },
    spoke: { color: "#14213d", weight: 0.8, opacity: 0.45 },
    street: { color: "#ffffff", weight: 1.6, opacity: 0.75 },
  };
  for (const [kind, paths] of Object.entries(data.lines)) {
    const known = lineStyles[kind] ? kind : "street";
    const pane = { street: "streets", spoke: "spokes" }[known] || "barriers";
    const style = { ...lineStyles[known], interactive: false, pane };
    const sheet = { streets: "Streets 街道", spokes: "To the nearest centre 就近归属" }[pane] || "Barriers 阻隔";
    L.polyline(paths.map((path) => path.map(flip)), style).addTo(group(sheet));
  }
  for (const at of data.points) {
    const style = { radius: 2.2, stroke: false, fillColor: "#14213d", fillOpacity: 0.75, interactive: false, pane: "points" };
    L.circleMarker(flip(at), style).addTo(group("Where people live 居住点"));
  }

  // Towns ------------------------------------------------------------------
  const outlines = data.towns.map((town) => {
    const style = { color: "#22303c", weight: 1.8, fill: false, interactive: false, pane: "outlines" };
    return town.rings.length ? L.polygon(flipped(town.rings), style).addTo(group("Towns 街镇")) : null;
  });

  // Centres ----------------------------------------------------------------
  const centreCard = (centre) => {
    const made = element("div", undefined, "card");
    made.append(element("b", centre.name), element("div", statuses[centre.status], "soft"));
    if (centre.services.length) made.append(element("div", centre.services.join(", ")));
    return made;
  };
  const isOpen = (centre) => centre.status === "existing" || centre.status === "new";
  const reaches = L.layerGroup();
  for (const centre of data.centres) {
    const at = flip(centre.at);
    const icon = L.divIcon({ className: `centre ${centre.status}`, iconSize: [17, 17] });
    const marker = L.marker(at, { icon, alt: centre.name, keyboard: false, riseOnHover: true });
    marker.bindTooltip(() => centreCard(centre)).bindPopup(() => centreCard(centre));
    marker.on("popupopen", () => marker.closeTooltip());
    const label = { permanent: true, direction: "right", offset: [10, 0], className: "centre-label", pane: "labels" };
    const name = L.tooltip(label).setLatLng(at).setContent(element("span", centre.name));
    group("Centres 社区中心").addLayer(marker).addLayer(name);
    if (data.reach_m === null) continue;
    // Whom this centre reaches, or would: the limit as a circle.
    const style = { radius: data.reach_m, color: "#14213d", weight: 1.6, fill: false, interactive: false, pane: "reach" };
    const circle = L.circle(at, { ...style, dashArray: isOpen(centre) ? null : "5 5" });
    marker.on("mouseover popupopen", () => circle.addTo(map));
    marker.on("mouseout", () => marker.isPopupOpen() || circle.remove());
    marker.on("popupclose", () => circle.remove());
    if (isOpen(centre)) reaches.addLayer(L.circle(at, style));
  }

  // View -------------------------------------------------------------------
  const everything = shapes.concat(outlines).filter(Boolean).concat(data.centres.map((c) => L.marker(flip(c.at))));
  const bounds = L.featureGroup(everything).getBounds();
  if (bounds.isValid()) map.fitBounds(bounds, { padding: [14, 14], maxZoom: data.on_earth ? 16 : 4 });
  else map.setView([0, 0], 1);
  if (data.reach_m !== null) layers["Reach of centres 等时圈"] = reaches;
  L.control.layers(null, layers, { collapsed: true }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);

  return { data, map, classes, statuses, lineStyles, shapes, outlines, element, count, short };
})();
