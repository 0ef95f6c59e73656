"""Does `read` take what planners have, and give it back as it came?"""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import linli
import numpy as np
import pyarrow as pa
import pyproj
import pytest
import shapely
from oracles import frame


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("putuo")
    linli.datasets.export(folder)
    return folder


@pytest.fixture(scope="module")
def committees(files) -> gpd.GeoDataFrame:
    return gpd.read_file(files / "committees.geojson")


@pytest.fixture(scope="module")
def centers(files) -> gpd.GeoDataFrame:
    return gpd.read_file(files / "centers.geojson")


def test_paths_of_any_kind_give_the_embedded_city(files):
    layers = {
        "towns": files / "towns.geojson",
        "points": str(files / "residential_points.geojson"),
    }
    city = linli.read(str(files / "committees.geojson"), files / "centers.geojson", **layers)
    assert city.input_hash == linli.datasets.putuo().input_hash
    assert [report.accepted for report in city.reports] == [264, 25, 10, 2544]
    assert repr(city.reports[0]).endswith(
        "264 of 264 features accepted; nothing rejected or repaired)"
    )
    assert "health_station" in city.services
    assert "over_60" in city.groups


def test_frames_and_files_give_the_same_answers(files, committees, centers):
    by_file = linli.read(files / "committees.geojson", files / "centers.geojson").coverage()
    by_frame = linli.read(committees, centers).coverage()
    assert by_frame.rows.equals(by_file.rows)


@pytest.mark.parametrize(
    "crs", ["EPSG:4549", "EPSG:32651", "EPSG:3857", "EPSG:4490", "ESRI:102012"]
)
def test_any_crs_gives_the_same_walks_and_comes_back(crs, committees, centers):
    expected = linli.read(committees, centers).coverage().rows
    given = committees.to_crs(crs).set_index(np.arange(264) * 7 + 3)
    city = linli.read(given, centers.to_crs(crs))
    found = city.coverage()
    np.testing.assert_allclose(found.rows["walk_m"], expected["walk_m"], atol=0.01)
    back = found.to_geopandas()
    assert back.crs == pyproj.CRS(crs)
    assert back.index.equals(given.index)
    assert found.rows.index.equals(given.index)
    assert back.geometry.geom_equals_exact(given.geometry, 0.0).all()
    assert city.demand.crs == city.facilities.crs == pyproj.CRS(crs)
    assert city.assign().to_geopandas().index.equals(given.index)


def test_layers_may_differ_in_crs(committees, centers):
    mixed = linli.read(committees.to_crs("EPSG:4549"), centers.to_crs("EPSG:3857")).coverage().rows
    expected = linli.read(committees, centers).coverage().rows
    np.testing.assert_allclose(mixed["walk_m"], expected["walk_m"], atol=0.01)


def test_scenarios_take_positions_in_the_crs_of_the_facilities(committees, centers):
    place = gpd.GeoSeries(gpd.points_from_xy([121.345], [31.28]), crs="EPSG:4326")
    expected = linli.read(committees, centers).what_if(add={"n": place[0]}).coverage().rows
    projected = place.to_crs("EPSG:4549")[0]
    for position in (projected, (projected.x, projected.y)):
        city = linli.read(committees, centers.to_crs("EPSG:4549")).what_if(
            add={"n": position}, move={"C02": position}
        )
        back = linli.read(committees, centers).what_if(add={"n": place[0]}, move={"C02": place[0]})
        np.testing.assert_allclose(
            city.coverage().rows["walk_m"], back.coverage().rows["walk_m"], atol=0.01
        )
        last = city.facilities.iloc[-1]
        assert (last["id"], last.geometry.x, last.name) == ("n", projected.x, 25)
    assert expected["nearest"].eq("n").any()


def test_labels_of_added_centres_go_on_as_the_index_does(committees, centers):
    by_id = linli.read(committees, centers.set_index("id")).what_if(add={"n": (121.4, 31.25)})
    assert by_id.facilities.index.tolist() == [*centers["id"], "n"]
    assert by_id.facilities["id"].tolist() == [*centers["id"], "n"]


def test_arrow_tables_are_taken(committees, centers):
    for encoding in ("WKB", "geoarrow"):
        demand = pa.table(committees.to_arrow(geometry_encoding=encoding))
        facilities = pa.table(centers.to_arrow(geometry_encoding=encoding))
        found = linli.read(demand, facilities).coverage()
        assert found.rows.equals(linli.read(committees, centers).coverage().rows)


def test_arrow_without_geometry_is_refused(centers):
    with pytest.raises(linli.InvalidInput, match="demand"):
        linli.read(pa.table({"population": [1]}), centers)


@pytest.mark.parametrize("suffix", ["gpkg", "parquet", "fgb", "shp"])
def test_other_files_are_read_by_geopandas(suffix, tmp_path, committees, centers):
    path = tmp_path / f"committees.{suffix}"
    if suffix == "parquet":
        committees.to_parquet(path)
    else:
        # FlatGeobuf sorts its features for its index.
        options = {"SPATIAL_INDEX": "NO"} if suffix == "fgb" else {}
        committees.to_file(path, encoding="UTF-8", **options)
    found = linli.read(path, centers).coverage()
    assert found.rows["walk_m"].equals(linli.read(committees, centers).coverage().rows["walk_m"])


def test_a_frame_without_crs_is_refused_unless_the_crs_is_given(committees, centers):
    bare = committees.to_crs("EPSG:4549").set_crs(None, allow_override=True)
    with pytest.raises(linli.InvalidInput, match="demand frame has no coordinate system") as caught:
        linli.read(bare, centers)
    assert (caught.value.parameter, caught.value.table) == ("crs", "demand")
    expected = linli.read(committees, centers).coverage().rows
    for crs in ("EPSG:4549", 4549, pyproj.CRS(4549)):
        found = linli.read(bare, centers, crs=crs).coverage()
        np.testing.assert_allclose(found.rows["walk_m"], expected["walk_m"], atol=0.01)
        assert found.to_geopandas().crs == pyproj.CRS(4549)


def test_chinese_web_map_coordinates_are_taken(committees, centers):
    bare = [layer.set_crs(None, allow_override=True) for layer in (committees, centers)]
    shifted = linli.read(*bare, crs="GCJ-02").coverage().rows
    expected = linli.read(committees, centers).coverage().rows
    np.testing.assert_allclose(shifted["walk_m"], expected["walk_m"], rtol=0.01)


def test_degrees_that_are_said_to_be_metres_are_refused(committees, centers):
    wrong = committees.set_crs("EPSG:4549", allow_override=True)
    with pytest.raises(linli.InvalidInput, match="look like degrees"):
        linli.read(wrong, centers)


def test_metres_that_are_said_to_be_degrees_are_refused(committees, centers):
    wrong = committees.to_crs("EPSG:4549").set_crs("EPSG:4326", allow_override=True)
    with pytest.raises(linli.InvalidInput) as caught:
        linli.read(wrong, centers)
    assert caught.value.issues[0].severity == "rejected"


def swapped(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return layer.set_geometry(
        shapely.transform(layer.geometry.to_numpy(), lambda xy: xy[:, ::-1]), crs=layer.crs
    )


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4549"])
def test_swapped_axes_are_refused_or_mended(crs, committees, centers):
    layers = [swapped(layer.to_crs(crs)) for layer in (committees, centers)]
    with pytest.raises(linli.InvalidInput):
        linli.read(*layers)
    found = linli.read(*layers, swap_axes=True).coverage()
    expected = linli.read(committees, centers).coverage().rows
    np.testing.assert_allclose(found.rows["walk_m"], expected["walk_m"], atol=0.01)


def test_columns_may_be_named(centers):
    homes = gpd.points_from_xy([121.4, 121.41], [31.25, 31.25])
    demand = gpd.GeoDataFrame({"bewohner": [10, 30]}, geometry=homes, crs="EPSG:4326")
    city = linli.read(demand, centers, columns={"population": "bewohner"})
    assert city.demand["population"].tolist() == [10.0, 30.0]
    with pytest.raises(linli.InvalidInput, match="no column named"):
        linli.read(demand, centers, columns={"population": "people_here"})


def test_cells_of_every_kind_cross():
    xy = np.array([[0.0, 0.0], [100.0, 0.0], [200.0, 0.0]])
    demand = frame(
        xy,
        id=np.array([11, 12, 13], dtype=np.int32),
        population=["1,234人", None, "0.47万"],
        over_60=gpd.pd.array([5, None, 7], dtype="Int64"),
        jobs=np.array([1.5, np.nan, 2.5], dtype=np.float32),
        when=gpd.pd.to_datetime(["2024-01-01", None, "2024-01-03"]),
        flag=[True, False, True],
        kind=gpd.pd.Categorical(["a", None, "b"]),
    )
    facilities = frame(xy[:1], services=[np.array(["canteen", "library"], dtype=object)])
    city = linli.read(demand, facilities, crs="METRES")
    table = city.demand
    assert table["id"].tolist() == ["11", "12", "13"]
    np.testing.assert_array_equal(table["population"], [1234, np.nan, 4700])
    np.testing.assert_array_equal(table["over_60"], [5, np.nan, 7])
    np.testing.assert_array_equal(table["jobs"], [1.5, np.nan, 2.5])
    assert city.facilities["services"].tolist() == [["canteen", "library"]]


def test_infinite_people_are_refused_by_row():
    demand = frame(np.zeros((2, 2)), population=[1.0, np.inf])
    with pytest.raises(linli.InvalidInput, match="feature 1") as caught:
        linli.read(demand, frame(np.zeros((1, 2))), crs="METRES")
    assert caught.value.issues[0].feature == 1


def test_infinite_places_are_refused_by_row():
    demand = frame(np.array([[0.0, 0.0], [np.inf, 0.0]]), population=[1, 2])
    with pytest.raises(linli.InvalidInput, match="feature 1"):
        linli.read(demand, frame(np.zeros((1, 2))), crs="METRES")


def test_mixed_and_empty_geometry_crosses():
    shapes = [
        shapely.Point(0, 0),
        shapely.box(500, 500, 600, 600),
        None,
        shapely.Point(),
        shapely.Polygon(),
        shapely.MultiPolygon([shapely.box(0, 0, 9, 9), shapely.box(20, 20, 29, 29)]),
        shapely.Point(1, 2, 3),
    ]
    demand = gpd.GeoDataFrame({"population": range(7)}, geometry=shapes)
    found = linli.read(demand, frame(np.zeros((1, 2))), crs="METRES").coverage()
    status = found.status.tolist()
    assert [status[row] for row in (2, 3, 4)] == ["unlocated"] * 3
    assert [status[row] for row in (0, 1, 5, 6)] == ["covered"] * 4
    assert found.to_geopandas().geometry.iloc[6].has_z


def test_bow_ties_are_refused_or_repaired():
    bow_tie = shapely.Polygon([(0, 0), (900, 900), (900, 0), (0, 900)])
    demand = gpd.GeoDataFrame({"name": ["x"], "population": [5]}, geometry=[bow_tie])
    facilities = frame(np.zeros((1, 2)))
    with pytest.raises(linli.InvalidInput, match="x") as caught:
        linli.read(demand, facilities, crs="METRES")
    assert caught.value.issues[0].feature == 0
    city = linli.read(demand, facilities, crs="METRES", repair=True)
    assert city.reports[0].repaired


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ([1, 2], "cannot read a list"),
        (None, "cannot read a NoneType"),
        (gpd.pd.DataFrame({"lon": [1]}), "points_from_xy"),
        (gpd.GeoDataFrame({"a": [1]}), "demand"),
        (
            gpd.GeoDataFrame(
                [[1, 2, shapely.Point(0, 0)]], columns=["a", "a", "geometry"], geometry="geometry"
            ),
            "called a",
        ),
    ],
)
def test_what_is_no_layer_is_refused(layer, message, centers):
    with pytest.raises(linli.InvalidInput, match=message):
        linli.read(layer, centers, crs="METRES")


def test_series_and_named_indexes_are_taken(committees, centers):
    bare = linli.read(committees.geometry, centers)
    assert len(bare.demand) == 264
    indexed = linli.read(committees.set_index("id"), centers)
    assert indexed.demand["id"].tolist() == committees["id"].tolist()


def test_indexes_may_repeat_or_bear_the_name_of_a_column(committees, centers):
    found = linli.read(committees.set_index("id"), centers).coverage()
    for table in (found.rows, found.to_geopandas()):
        assert table.index.tolist() == committees["id"].tolist()
        assert table.sort_values("id")["id"].is_monotonic_increasing
    repeated = committees.set_axis([7] * 264)
    back = linli.read(repeated, centers).assign().to_geopandas()
    assert back.index.tolist() == [7] * 264
    assert back.geometry.geom_equals(repeated.geometry).all()
    levels = committees.set_index(["town", "id"])
    demand = linli.read(levels, centers).demand
    assert demand.index.equals(levels.index)
    assert demand["town"].tolist() == committees["town"].tolist()


def test_a_spreadsheet_saved_as_text_is_taken(tmp_path, centers):
    path = tmp_path / "committees.csv"
    path.write_text(
        "name,population,lon,lat\n东新,5000,121.43,31.24\n西康,3000,121.47,31.24\n",
        encoding="utf-8",
    )
    city = linli.read(path, centers)
    assert city.demand["population"].tolist() == [5000.0, 3000.0]
    assert (city.demand.geometry.x.tolist(), city.demand.crs) == ([121.43, 121.47], "EPSG:4326")


def test_the_callers_frame_may_change_afterwards(committees, centers):
    mine = committees.copy()
    city = linli.read(mine, centers)
    mine["geometry"] = mine.geometry.translate(1, 1)
    assert city.demand.geometry.geom_equals(committees.geometry).all()


def test_nothing_is_a_city_without_committees(centers):
    demand = gpd.GeoDataFrame({"population": []}, geometry=[], crs="EPSG:4326")
    city = linli.read(demand, centers)
    found = city.coverage()
    assert found.share is None
    assert len(found.to_geopandas()) == 0
    assert repr(city).startswith("City(0 committees")


def test_import_report_says_all_and_never_raises(tmp_path):
    path = tmp_path / "bad.geojson"
    ring = [[121.4, 31.2], [121.5, 31.2], [121.5, 31.3]]
    features = [
        {"type": "Feature", "properties": {"name": "甲", "population": 10}, "geometry": shape}
        for shape in (
            {"type": "Polygon", "coordinates": [ring]},
            {"type": "LineString", "coordinates": ring},
            {"type": "Point", "coordinates": [121.4, 31.2]},
        )
    ]
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8"
    )
    report = linli.import_report(path, role="demand")
    assert (report.features, report.accepted) == (3, 2)
    assert [(issue.feature, issue.code) for issue in report.rejected] == [(1, "line_geometry")]
    assert report.rejected[0].fix
    assert [issue.code for issue in report.repaired] == ["ring_not_closed"]
    assert report.columns["population"] == "population"
    assert len(report.frame) == len(report.issues)
    assert "2 of 3 features accepted; 1 rejected, 1 repaired" in repr(report)
    assert "line_geometry" in report._repr_html_()
    assert "refused" in str(report)
    with pytest.raises(AttributeError):
        report.accepted = 3
    with pytest.raises(linli.InvalidInput, match="role"):
        linli.import_report(path, role="houses")
