// What every map has: the page's data, the map with its sheets, lines, towns and centres.
// src/map wrote the data into #data. Names reach the page as text, never as HTML.
const linli = (function () {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
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
  group("Committees 居委会");
  const flipped = (rings) => rings.map((part) => part.map((ring) => ring.map(flip)));
  // SVG can hatch, but is slow for many thousand shapes.
  const renderer = data.committees.length <= 4000 ? L.svg() : L.canvas();

  // A committee's outline, or a circle where its people live; with a card that says what it is.
  const committee = (row, style, card) => {
    let shape = null;
    if (row.rings.length) shape = L.polygon(flipped(row.rings), style);
    else if (row.at) shape = L.circleMarker(flip(row.at), { ...style, radius: 6, color: style.ring });
    if (!shape) return null;
    shape.bindTooltip(card, { sticky: true }).bindPopup(card);
    shape.on("mouseover", () => shape.setStyle({ color: "#14213d", weight: 2.2 }).bringToFront());
    shape.on("mouseout", () => shape.setStyle({ color: style.color, weight: style.weight }));
    shape.on("popupopen", () => shape.closeTooltip());
    return shape.addTo(group("Committees 居委会"));
  };

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
  const look = (shapes) => {
    const everything = shapes.concat(outlines).filter(Boolean).concat(data.centres.map((c) => L.marker(flip(c.at))));
    const bounds = L.featureGroup(everything).getBounds();
    if (bounds.isValid()) map.fitBounds(bounds, { padding: [14, 14], maxZoom: data.on_earth ? 16 : 4 });
    else map.setView([0, 0], 1);
    if (data.reach_m !== null) layers["Reach of centres 等时圈"] = reaches;
    L.control.layers(null, layers, { collapsed: true }).addTo(map);
    L.control.scale({ imperial: false }).addTo(map);
  };

  const show = (id, text) => (document.getElementById(id).textContent = text);
  document.title = `${data.headline} · linli 邻里`;
  for (const id of ["headline", "headline_zh", "details", "assumptions"]) show(id, data[id]);
  if (data.note) {
    show("note", data.note);
    document.getElementById("note").hidden = false;
  }

  // Names that stand on the map beside those of towns: text, outline and class.
  const names = [];

  return {
    data, map, statuses, lineStyles, renderer, outlines, names,
    element, count, short, group, flip, flipped, committee, look,
  };
})();
