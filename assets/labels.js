// Names on the map, and what is drawn only at close range.
(function () {
  "use strict";
  const { data, map, outlines, element } = linli;
  const byId = (id) => document.getElementById(id);

  // Names of parts and towns, where they hide no centre and no other name ---
  const names = data.towns.map((town, index) => ({ text: town.name, outline: outlines[index], className: "town-label" }));
  names.unshift(...linli.names);
  for (const name of names) {
    const options = { permanent: true, direction: "center", className: name.className, pane: "labels" };
    name.label = L.tooltip(options).setContent(element("span", name.text));
  }
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
  const STEPS = names.length > 40 ? 9 : 20;
  // Enough of an outline to tell inside from outside.
  const thinned = (ring) => ring.filter((_, place) => place % Math.ceil(ring.length / 80) === 0);
  const placeLabels = () => {
    const taken = data.centres.map((centre) => ({ ...map.latLngToLayerPoint([centre.at[1], centre.at[0]]), w: 20, h: 20 }));
    for (const { text, outline, label } of names) {
      label.remove();
      if (!outline) continue;
      const rings = outline.getLatLngs().map((part) => thinned(part[0]).map((at) => map.latLngToLayerPoint(at)));
      const box = L.bounds(rings.flat());
      const size = { w: pen.measureText(text).width, h: 17 };
      // What is too small on the screen for its name goes without.
      if (size.w > 1.6 * (box.max.x - box.min.x)) continue;
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
      label.setLatLng(map.layerPointToLatLng([best.x, best.y])).addTo(map);
    }
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

  document.body.dataset.centres = String(data.centres.length);
})();
