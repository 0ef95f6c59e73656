// The words beside the map, and the names on it.
(function () {
  "use strict";
  const { data, map, classes, statuses, lineStyles, shapes, outlines, element, count, short } = linli;
  const byId = (id) => document.getElementById(id);

  // Head and foot ----------------------------------------------------------
  document.title = `${data.headline} · linli 邻里`;
  for (const id of ["headline", "headline_zh", "details", "assumptions"]) byId(id).textContent = data[id];
  if (data.proposal) {
    // What was proposed comes first, then coverage under the plan.
    document.title = `${data.proposal[0]} · linli 邻里`;
    byId("headline").textContent = data.proposal[0];
    byId("details").textContent = `${data.details} ${data.proposal[1]}`;
  }
  byId("bar").firstChild.style.width = `${100 * (data.share || 0)}%`;
  byId("bar").hidden = data.share === null;
  if (data.note) {
    byId("note").textContent = data.note;
    byId("note").hidden = false;
  }

  // Legend -----------------------------------------------------------------
  let from = 0;
  for (const [upTo, fill] of classes) {
    const part = element("div", undefined, from === data.minutes ? "limit" : "");
    part.style.background = fill;
    part.append(element("span", short(from)));
    byId("scale").append(part);
    from = upTo;
  }
  const item = (swatchClass, style, text) => {
    const made = element("li");
    const swatch = element("span", undefined, swatchClass);
    Object.assign(swatch.style, style);
    made.append(swatch, element("span", text));
    byId("legend").append(made);
  };
  for (const status of ["new", "existing", "planned", "candidate", "closed"]) {
    if (!data.centres.some((centre) => centre.status === status)) continue;
    item(`centre ${status}`, { width: "16px", height: "16px", margin: "0 4px", flex: "none" }, statuses[status]);
  }
  if (data.committees.some((row) => row.status === "partial")) item("swatch part", {}, "in part 部分覆盖");
  const lineNames = { river: "river 河流", railway: "railway 铁路", expressway: "expressway 快速路" };
  for (const kind of Object.keys(data.lines).filter((kind) => lineNames[kind])) {
    const { color, dashArray } = lineStyles[kind];
    item("swatch line", { borderTopColor: color, borderTopStyle: dashArray ? "dashed" : "solid" }, lineNames[kind]);
  }

  // Lists ------------------------------------------------------------------
  const show = (list, parts, onClick) => {
    const button = element("button");
    button.type = "button";
    button.append(...parts);
    button.addEventListener("click", () => {
      onClick();
      byId("map").scrollIntoView({ block: "nearest" });
    });
    const line = element("li");
    line.append(button);
    byId(list).append(line);
    byId(list).parentElement.hidden = false;
  };
  const rank = (town) => (town.share === null ? 2 : town.share);
  const towns = data.towns.map((town, index) => [town, index]).filter(([town]) => town.committees > 0);
  towns.sort(([a], [b]) => rank(a) - rank(b));
  for (const [town, index] of towns) {
    const bar = element("span", undefined, "bar");
    bar.append(element("span"));
    bar.firstChild.style.width = `${100 * (town.share || 0)}%`;
    const share = town.share === null ? "–" : `${(100 * town.share).toFixed(1)} %`;
    show("towns", [element("span", town.name, "name"), bar, element("span", share, "number")], () => {
      if (outlines[index]) map.fitBounds(outlines[index].getBounds());
    });
  }
  for (const index of data.worst) {
    const row = data.committees[index];
    const where = row.town ? `${row.name} · ${row.town}` : row.name;
    const beyond = row.people === null ? "?" : count(row.people - row.covered);
    show("worst", [element("span", where, "name"), element("span", beyond, "number")], () => {
      const shape = shapes[index];
      if (!shape) return;
      if (shape.getBounds) map.fitBounds(shape.getBounds(), { maxZoom: data.on_earth ? 15 : 2 });
      else map.setView(shape.getLatLng(), data.on_earth ? 15 : 2);
      shape.openPopup();
    });
  }
  const placeless = data.committees.filter((row) => row.status === "unlocated").map((row) => row.name);
  if (placeless.length) {
    const rest = placeless.length > 20 ? ` and ${placeless.length - 20} more` : "";
    byId("unlocated").textContent = placeless.slice(0, 20).join(", ") + rest;
    byId("unlocated").parentElement.hidden = false;
  }

  // Names of towns, where they hide no centre and no other name -------------
  const labels = data.towns.map((town) => {
    const options = { permanent: true, direction: "center", className: "town-label", pane: "labels" };
    return L.tooltip(options).setContent(element("span", town.name));
  });
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = "650 12.5px sans-serif";
  const inside = (x, y, ring) => {
    let within = false;
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      const a = ring[i], b = ring[j];
      if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) within = !within;
    }
    return within;
  };
  const apart = (a, b) => Math.abs(a.x - b.x) > (a.w + b.w) / 2 || Math.abs(a.y - b.y) > (a.h + b.h) / 2;
  const STEPS = data.towns.length > 40 ? 9 : 20;
  // Enough of an outline to tell inside from outside.
  const thinned = (ring) => ring.filter((_, place) => place % Math.ceil(ring.length / 80) === 0);
  const placeLabels = () => {
    const taken = data.centres.map((centre) => ({ ...map.latLngToLayerPoint([centre.at[1], centre.at[0]]), w: 20, h: 20 }));
    outlines.forEach((outline, index) => {
      labels[index].remove();
      if (!outline) return;
      const rings = outline.getLatLngs().map((part) => thinned(part[0]).map((at) => map.latLngToLayerPoint(at)));
      const box = L.bounds(rings.flat());
      const size = { w: pen.measureText(data.towns[index].name).width, h: 17 };
      // A town too small on the screen for its name goes without.
      if (size.w > 1.6 * (box.max.x - box.min.x)) return;
      let best = null;
      for (let i = 1; i < STEPS; i += 1) {
        for (let j = 1; j < STEPS; j += 1) {
          const x = box.min.x + ((box.max.x - box.min.x) * i) / STEPS;
          const y = box.min.y + ((box.max.y - box.min.y) * j) / STEPS;
          const spots = [[0, 0], [-0.5, -0.5], [0.5, -0.5], [-0.5, 0.5], [0.5, 0.5]];
          const out = spots.filter(([dx, dy]) => !rings.some((ring) => inside(x + dx * size.w, y + dy * size.h, ring)));
          const hidden = taken.filter((other) => !apart({ x, y, ...size }, other)).length;
          const centre = box.getCenter();
          const cost = 1000 * hidden + 250 * out.length + Math.hypot(x - centre.x, 2 * (y - centre.y));
          if (!best || cost < best.cost) best = { cost, x, y, ...size };
        }
      }
      taken.push(best);
      labels[index].setLatLng(map.layerPointToLatLng([best.x, best.y])).addTo(map);
    });
  };
  // Streets, demand points and names of centres only where there is room for them.
  const byScale = () => {
    const [a, b] = [[0, 0], [100, 0]].map((at) => map.containerPointToLatLng(at));
    const metresPerPixel = map.distance(a, b) / 100;
    map.getPane("streets").style.display = metresPerPixel < 9 ? "" : "none";
    map.getPane("points").style.display = metresPerPixel < 6 ? "" : "none";
    byId("map").classList.toggle("near", metresPerPixel < 9 && data.lines.street !== undefined);
    byId("map").classList.toggle("far", metresPerPixel >= 6);
    placeLabels();
  };
  map.on("zoomend", byScale);
  byScale();

  document.body.dataset.committees = String(shapes.filter(Boolean).length);
  document.body.dataset.centres = String(data.centres.length);
})();
