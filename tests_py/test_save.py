"""Are answers written whole or not at all, in the format that the suffix says?"""

from __future__ import annotations

import json

import geopandas as gpd
import linli
import numpy as np
import pandas as pd
import pytest


@pytest.fixture(scope="module")
def city() -> linli.City:
    return linli.datasets.putuo()


@pytest.fixture(params=["coverage", "assign"])
def answer(request, city):
    return getattr(city, request.param)()


def test_geojson_is_read_back(answer, tmp_path):
    path = answer.save(tmp_path / "answer.geojson")
    assert path == tmp_path / "answer.geojson"
    back = gpd.read_file(path)
    assert back["id"].tolist() == answer.rows["id"].tolist()
    assert back["status"].tolist() == answer.rows["status"].astype(str).tolist()
    assert back.geometry.geom_equals(answer.to_geopandas().geometry).all()
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document["linli"]["speed_m_per_s"] == 1.33
    assert "synthetic" in document["note"].lower()


def test_ndjson_is_one_feature_a_line(answer, tmp_path):
    lines = answer.save(str(tmp_path / "answer.NDJSON")).read_text(encoding="utf-8").splitlines()
    assert len(lines) == 264
    assert all(json.loads(line)["type"] == "Feature" for line in lines)


def test_csv_opens_in_excel(answer, tmp_path):
    path = answer.save(tmp_path / "answer.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    back = pd.read_csv(path, dtype={"id": str})
    assert back["name"].tolist() == answer.rows["name"].tolist()
    np.testing.assert_allclose(back["walk_m"], answer.rows["walk_m"], rtol=1e-15)


def test_parquet_keeps_all(answer, tmp_path):
    back = gpd.read_parquet(answer.save(tmp_path / "answer.parquet"))
    assert back.crs == answer.to_geopandas().crs
    assert back["walk_m"].tolist() == answer.rows["walk_m"].tolist()
    assert back.geometry.geom_equals(answer.to_geopandas().geometry).all()


def test_arrow_keeps_names_and_geometry(answer):
    table = answer.to_arrow()
    assert table.num_rows == 264
    assert table.column_names == [*answer.rows.columns, "geometry"]
    assert (
        gpd.GeoDataFrame.from_arrow(table)
        .geometry.geom_equals(answer.to_geopandas().geometry)
        .all()
    )


def test_frames_carry_the_assumptions(answer):
    assert answer.to_geopandas().attrs["linli"] == answer.provenance


def test_arrow_of_nothing_is_an_empty_table():
    nothing = gpd.GeoDataFrame({"population": []}, geometry=[], crs="EPSG:4326")
    centre = gpd.GeoDataFrame(geometry=gpd.points_from_xy([121.4], [31.2]), crs="EPSG:4326")
    found = linli.read(nothing, centre).coverage()
    assert found.to_arrow().num_rows == 0


def test_what_is_saved_can_be_read_again(city, tmp_path):
    found = city.coverage()
    found.save(tmp_path / "coverage.geojson")
    again = linli.read(tmp_path / "coverage.geojson", city.facilities)
    assert len(again.demand) == 264


@pytest.mark.parametrize("name", ["answer", "answer.xlsx", "answer.geojson.gz", ".geojson"])
def test_other_suffixes_are_refused(answer, tmp_path, name):
    with pytest.raises(linli.InvalidInput, match=r"\.geojson, \.ndjson, \.csv, \.parquet"):
        answer.save(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_failed_save_leaves_the_older_file(answer, tmp_path, monkeypatch):
    path = tmp_path / "answer.csv"
    path.write_text("older")

    def fail(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(pd.DataFrame, "to_csv", fail)
    with pytest.raises(OSError, match="disk full"):
        answer.save(path)
    assert path.read_text() == "older"
    assert [file.name for file in tmp_path.iterdir()] == ["answer.csv"]


def test_a_save_replaces_and_leaves_nothing_else(answer, tmp_path):
    path = tmp_path / "answer.csv"
    path.write_text("older")
    answer.save(path)
    assert path.read_text(encoding="utf-8-sig").startswith("id,")
    assert [file.name for file in tmp_path.iterdir()] == ["answer.csv"]


def test_a_folder_that_is_not_there_is_named(answer, tmp_path):
    with pytest.raises(linli.LinliError, match="cannot write") as caught:
        answer.save(tmp_path / "nowhere" / "answer.csv")
    assert caught.value.path.endswith("answer.csv")


def test_the_map_is_one_page_and_shows_in_a_notebook(city, tmp_path):
    page = city.coverage().map(tmp_path / "map.html")
    text = (tmp_path / "map.html").read_bytes().decode()
    assert text == page.html
    assert "春晖苑居委会" in text
    shown = page._repr_html_()
    assert shown.startswith("<iframe srcdoc=")
    assert shown.count('"') == 6
    assert repr(page).startswith("Map(")


def test_lines_are_drawn_beneath_the_map(city, tmp_path):
    linli.datasets.export(tmp_path)
    bare = city.coverage().map(lines=[]).html
    path = tmp_path / "barriers.geojson"
    rivers = gpd.read_file(path)
    by_file, by_frame = (
        city.coverage().map(lines=lines).html for lines in (path, rivers.to_crs("EPSG:4549"))
    )
    assert len(bare) < len(by_file)
    assert len(bare) < len(by_frame) < 2 * len(by_file)
    with pytest.raises(linli.InvalidInput, match="no coordinate system"):
        city.coverage().map(lines=rivers.set_crs(None, allow_override=True))
    (tmp_path / "x.geojson").write_text("{}")
    with pytest.raises(linli.InvalidInput, match="line features"):
        city.coverage().map(lines=tmp_path / "x.geojson")
