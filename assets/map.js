// Draws what src/map wrote into #data. Names reach the page as text, never as HTML.
(function () {
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

  const element = (tag, text, className) => {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  };
  const count = (value) => (value === null ? "unknown" : Math.round(value).toLocaleString("en"));
  const short = (value) => String(Math.round(value * 10) / 10);
  const colour = (minutes) => (minutes === null ? unknown : classes.find(([upTo]) => minutes <= upTo)[1]);

  const map = L.map("map", {
    crs: data.on_earth ? L.CRS.EPSG3857 : L.CRS.Simple,
    preferCanvas: true,
    zoomSnap: 0.25,
    attributionControl: false,
    minZoom: data.on_earth ? 3 : -12,
  });
  // Each kind of drawing on a sheet of its own; only committees and centres answer the mouse.
  ["streets", "outlines", "barriers"].forEach((name, place) => {
    const pane = map.createPane(name);
    pane.style.zIndex = 410 + 5 * place;
    pane.style.pointerEvents = "none";
  });
  const flip = ([x, y]) => [y, x];
  const layers = {};
  const group = (name) => (layers[name] = layers[name] || L.layerGroup().addTo(map));

  // Streets and barriers ---------------------------------------------------
  const lineStyles = {
    river: { color: "#5b9bd5", weight: 6, opacity: 0.85 },
    railway: { color: "#333a42", weight: 2.5, dashArray: "7 5" },
    expressway: { color: "#8d99a6", weight: 3.5, opacity: 0.9 },
    street: { color: "#7f8b97", weight: 0.7, opacity: 0.45 },
  };
  const lineNames = { river: "river 河流", railway: "railway 铁路", expressway: "expressway 快速路" };
  const lineTitles = { street: "Streets 街道" };
  for (const [kind, paths] of Object.entries(data.lines)) {
    const style = { ...(lineStyles[kind] || lineStyles.expressway), interactive: false, pane: kind === "street" ? "streets" : "barriers" };
    L.polyline(paths.map((path) => path.map(flip)), style).addTo(group(lineTitles[kind] || "Barriers 阻隔"));
  }

  // Committees -------------------------------------------------------------
  const card = (row) => {
    const made = element("div", undefined, "card");
    made.append(element("b", row.name));
    if (row.town) made.append(element("div", row.town, "soft"));
    if (row.people !== null) {
      made.append(element("div", `${count(row.people)} people, ${count(row.covered)} within ${short(limit)} min`));
    }
    if (row.minutes !== null) made.append(element("div", `${short(row.minutes)} min to ${row.nearest}`));
    made.append(element("div", row.status, "soft"));
    return made;
  };
  const shapes = [];
  for (const row of data.committees) {
    const style = {
      color: row.status === "partial" ? "#b3541e" : "#ffffff",
      weight: row.status === "partial" ? 1.6 : 0.8,
      dashArray: row.status === "partial" ? "4 3" : null,
      fillColor: colour(row.minutes),
      fillOpacity: 0.78,
    };
    let shape = null;
    if (row.rings.length) shape = L.polygon(row.rings.map((part) => part.map((ring) => ring.map(flip))), style);
    else if (row.at) shape = L.circleMarker(flip(row.at), { ...style, radius: 6, color: "#444", weight: 0.8 });
    shapes.push(shape);
    if (!shape) continue;
    shape.bindTooltip(() => card(row), { sticky: true }).bindPopup(() => card(row));
    shape.on("mouseover", () => shape.setStyle({ fillOpacity: 0.95 }));
    shape.on("mouseout", () => shape.setStyle({ fillOpacity: 0.78 }));
    shape.addTo(group("Committees 居委会"));
  }

  // Towns ------------------------------------------------------------------
  for (const town of data.towns) {
    const outline = L.polygon(town.rings.map((part) => part.map((ring) => ring.map(flip))), {
      color: "#22303c", weight: 1.8, fill: false, interactive: false, pane: "outlines",
    }).addTo(group("Towns 街镇"));
    outline.bindTooltip(element("span", town.name), { permanent: true, direction: "center", className: "town-label" });
  }

  // Centres ----------------------------------------------------------------
  for (const centre of data.centres) {
    const size = centre.status === "existing" ? 17 : 15;
    const icon = L.divIcon({ className: `centre ${centre.status}`, iconSize: [size, size] });
    const made = element("div", undefined, "card");
    made.append(element("b", centre.name), element("div", centre.status, "soft"));
    if (centre.services.length) made.append(element("div", centre.services.join(", ")));
    L.marker(flip(centre.at), { icon, alt: centre.name, keyboard: false })
      .bindTooltip(made)
      .bindPopup(made.cloneNode(true))
      .addTo(group("Centres 社区中心"));
  }

  const everything = shapes.filter(Boolean).concat(data.centres.map((c) => L.marker(flip(c.at))));
  const bounds = L.featureGroup(everything).getBounds();
  if (bounds.isValid()) map.fitBounds(bounds, { padding: [12, 12], maxZoom: data.on_earth ? 16 : 4 });
  else map.setView([0, 0], 1);
  L.control.layers(null, layers, { collapsed: true }).addTo(map);
  if (data.on_earth) L.control.scale({ imperial: false }).addTo(map);

  // Panel ------------------------------------------------------------------
  document.title = `${data.headline} · linli 邻里`;
  document.getElementById("headline").textContent = data.headline;
  document.getElementById("details").textContent = data.details;
  document.querySelector("#bar span").style.width = `${100 * (data.share || 0)}%`;
  if (data.share === null) document.getElementById("bar").hidden = true;
  document.getElementById("assumptions").textContent = data.assumptions;
  if (data.note) {
    const note = document.getElementById("note");
    note.textContent = data.note;
    note.hidden = false;
  }
  const legend = document.getElementById("legend");
  const item = (swatchClass, style, text, extra) => {
    const made = element("li", undefined, extra);
    const swatch = element("span", undefined, swatchClass);
    Object.assign(swatch.style, style);
    made.append(swatch, element("span", text));
    legend.append(made);
  };
  let from = 0;
  classes.forEach(([upTo, fill]) => {
    const range = upTo === Infinity ? `over ${short(from)}` : `${short(from)} – ${short(upTo)}`;
    const side = upTo <= limit ? "" : from === limit ? "  (beyond the limit 超出)" : "";
    item("swatch", { background: fill }, range + side);
    from = upTo;
  });
  if (data.committees.some((row) => row.status === "partial")) item("swatch part", {}, "covered in part 部分覆盖");
  const statuses = { existing: "existing centre 现有", planned: "planned 规划", candidate: "candidate 候选", closed: "closed 关闭" };
  let first = "group";
  for (const [status, text] of Object.entries(statuses)) {
    if (!data.centres.some((centre) => centre.status === status)) continue;
    item(`centre ${status}`, { width: "16px", height: "16px", margin: "0 4px" }, text, first);
    first = "";
  }
  for (const kind of Object.keys(data.lines)) {
    if (!lineNames[kind]) continue;
    const style = lineStyles[kind];
    const stroke = style.dashArray ? "dashed" : "solid";
    item("swatch line", { borderTopColor: style.color, borderTopStyle: stroke }, lineNames[kind]);
  }
  const worst = document.getElementById("worst");
  for (const index of data.worst) {
    const row = data.committees[index];
    const button = element("button");
    button.type = "button";
    const where = row.town ? `${row.name} · ${row.town}` : row.name;
    const beyond = row.people === null ? "?" : count(row.people - row.covered);
    button.append(element("span", where), element("span", beyond, "number"));
    button.addEventListener("click", () => {
      const shape = shapes[index];
      if (!shape) return;
      if (shape.getBounds) map.fitBounds(shape.getBounds(), { maxZoom: 15 });
      else map.setView(shape.getLatLng(), 15);
      shape.openPopup();
    });
    const line = element("li");
    line.append(button);
    worst.append(line);
  }
  document.body.dataset.committees = String(shapes.filter(Boolean).length);
  document.body.dataset.centres = String(data.centres.length);
})();
