// Coverage in words, beside the map.
(function () {
  "use strict";
  const { data, map, classes, shapes, outlines, element, count, short, item, legend, list } = linli;
  const byId = (id) => document.getElementById(id);

  // Head -------------------------------------------------------------------
  if (data.proposal) {
    // What was proposed comes first, then coverage under the plan.
    document.title = `${data.proposal[0]} · linli 邻里`;
    byId("headline").textContent = data.proposal[0];
    byId("details").textContent = `${data.details} ${data.proposal[1]}`;
  }
  byId("bar").firstChild.style.width = `${100 * (data.share || 0)}%`;
  byId("bar").hidden = data.share === null;

  // Legend -----------------------------------------------------------------
  let from = 0;
  for (const [upTo, fill] of classes) {
    const part = element("div", undefined, from === data.minutes ? "limit" : "");
    part.style.background = fill;
    part.append(element("span", short(from)));
    byId("scale").append(part);
    from = upTo;
  }
  legend();
  if (data.committees.some((row) => row.status === "partial")) item("swatch part", {}, "in part 部分覆盖");

  // Lists ------------------------------------------------------------------
  const rank = (town) => (town.share === null ? 2 : town.share);
  const towns = data.towns.map((town, index) => [town, index]).filter(([town]) => town.committees > 0);
  towns.sort(([a], [b]) => rank(a) - rank(b));
  for (const [town, index] of towns) {
    const bar = element("span", undefined, "bar");
    bar.append(element("span"));
    bar.firstChild.style.width = `${100 * (town.share || 0)}%`;
    const share = town.share === null ? "–" : `${(100 * town.share).toFixed(1)} %`;
    list("towns", [element("span", town.name, "name"), bar, element("span", share, "number")], () => {
      if (outlines[index]) map.fitBounds(outlines[index].getBounds());
    });
  }
  for (const index of data.worst) {
    const row = data.committees[index];
    const where = row.town ? `${row.name} · ${row.town}` : row.name;
    const beyond = row.people === null ? "?" : count(row.people - row.covered);
    list("worst", [element("span", where, "name"), element("span", beyond, "number")], () => {
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

  document.body.dataset.committees = String(shapes.filter(Boolean).length);
})();
