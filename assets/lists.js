// The legend, and lists beside the map that lead to places on it.
(function () {
  "use strict";
  const { data, statuses, lineStyles, element } = linli;
  const byId = (id) => document.getElementById(id);

  const item = (swatchClass, style, text) => {
    const made = element("li");
    const swatch = element("span", undefined, swatchClass);
    Object.assign(swatch.style, style);
    made.append(swatch, element("span", text));
    byId("legend").append(made);
  };
  // Centres and lines that are on the map.
  const legend = () => {
    for (const status of ["new", "existing", "planned", "candidate", "closed"]) {
      if (!data.centres.some((centre) => centre.status === status)) continue;
      item(`centre ${status}`, { width: "16px", height: "16px", margin: "0 4px", flex: "none" }, statuses[status]);
    }
    const lineNames = { river: "river 河流", railway: "railway 铁路", expressway: "expressway 快速路" };
    for (const kind of Object.keys(data.lines).filter((kind) => lineNames[kind])) {
      const { color, dashArray } = lineStyles[kind];
      item("swatch line", { borderTopColor: color, borderTopStyle: dashArray ? "dashed" : "solid" }, lineNames[kind]);
    }
  };

  // A line of a list: what is said, and what a click shows.
  const list = (id, parts, onClick) => {
    const button = element("button");
    button.type = "button";
    button.append(...parts);
    button.addEventListener("click", () => {
      onClick();
      byId("map").scrollIntoView({ block: "nearest" });
    });
    const line = element("li");
    line.append(button);
    byId(id).append(line);
    byId(id).parentElement.hidden = false;
  };

  Object.assign(linli, { item, legend, list });
})();
