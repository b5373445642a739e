"""A country's answer as a map: outlines of districts, and each city with its people."""

import datetime as dt
import hashlib
import json

import geopandas as gpd
import numpy as np
import shapely

from almaty_geo.area import DEGREES, StudyArea, grown
from almaty_geo.catalogue import Layer
from almaty_geo.errors import DataError
from almaty_geo.maps import Picture
from almaty_geo.scaling.national import National
from almaty_geo.scaling.section import CITIES, PEOPLE, section
from almaty_geo.specs import Column, LayerSpec, MapSpec, Precision, Source, Style
from almaty_geo.words import LANGUAGES, say

DISTRICTS = "city_districts"
MARGIN_M = 15_000.0


def picture(national: National) -> Picture:
    """
    Return what the map of a country is drawn from.

    Parameters
    ----------
    national
        All its cities.

    Returns
    -------
    picture
        One section; areas are cities.

    Raises
    ------
    DataError
        If a city has no outline.
    """
    cities = national.by_city()
    if missing := cities["city"][cities.geometry.isna()].tolist():
        raise DataError(f"{missing[0]}: none of its districts has an outline to draw.")
    spec, first = national.spec, next(iter(national.cities.values()))
    areas = _cities(cities, spec.date)
    layers = (areas, _people(cities, national), _districts(national))
    bounds = grown(cities.total_bounds.tolist(), MARGIN_M)
    told = json.dumps(national.to_dict(), sort_keys=True).encode()
    return Picture(
        name=spec.name,
        date=spec.date,
        plan_id=spec.id,
        spec=MapSpec(
            id="country",
            title=spec.name,
            layers=(
                Style(layer=CITIES, group="base", colour="#4b5866", width_px=1.3, always=True),
                Style(layer=DISTRICTS, group="base", colour="#7d8791", width_px=0.8, always=True),
                Style(layer=PEOPLE, group="people", radius_px=22),
            ),
        ),
        area=StudyArea(spec.name, bounds, first.facts.metric_crs),
        areas=areas,
        sections=(section(national),),
        layers={layer.id: layer for layer in layers},
        input_hash=hashlib.sha256(told).hexdigest(),
        whole=say("Whole country"),
    )


def _names(stem: str) -> dict[str, Column]:
    return {f"{stem}_{language}": Column(kind="str") for language in LANGUAGES}


def _spec(name: str, date: dt.date, **more: object) -> LayerSpec:
    """Return the sidecar of a layer that was reckoned."""
    raw = {
        "id": name,
        "file": f"{name}.parquet",
        "sha256": "0" * 64,
        "date": date.isoformat(),
        "precision": Precision(method="not_stated"),
        "source": (
            Source(
                publisher=say("Reckoned from the plans of the cities"),
                url="not stated",
                accessed=date,
                licence="not stated",
                confidence="not_stated",
            ),
        ),
        **more,
    }
    return LayerSpec.model_validate(raw)


def _cities(cities: gpd.GeoDataFrame, date: dt.date) -> Layer:
    """Return the outlines of cities."""
    columns = {"id": Column(kind="str", unique=True), **_names("name")}
    spec = _spec(
        CITIES, date, title=say("Cities"), role="area", geometry="Polygon", columns=columns
    )
    renamed = {f"city_{language}": f"name_{language}" for language in LANGUAGES}
    frame = cities.rename(columns={"city": "id", **renamed})
    return Layer(spec, frame[[*columns, "geometry"]])


def _people(cities: gpd.GeoDataFrame, national: National) -> Layer:
    """Return one point a city, with how many it is about."""
    seats = national.wish.seats
    title = say("Pupils") if seats else say("Residents")
    columns = {
        "id": Column(kind="str", unique=True),
        "people": Column(kind="int", title=title),
        "city": Column(kind="ref", layer=CITIES),
    }
    spec = _spec(PEOPLE, national.spec.date, title=title, role="demand", geometry="Point",
                 columns=columns)  # fmt: skip
    points = shapely.point_on_surface(np.asarray(cities.geometry, dtype=object))
    data = {
        "id": cities["city"],
        "people": cities["pupils" if seats else "people"],
        "city": cities["city"],
    }
    return Layer(spec, gpd.GeoDataFrame(data, geometry=list(points), crs=DEGREES))


def _districts(national: National) -> Layer:
    """Return the outlines of districts."""
    columns = {"id": Column(kind="str", unique=True), **_names("name")}
    spec = _spec(
        DISTRICTS,
        national.spec.date,
        title=say("Districts"),
        role="context",
        geometry="Polygon",
        columns=columns,
    )
    rows = national.districts()
    rows = rows[~rows.geometry.isna()]
    renamed = {f"district_{language}": f"name_{language}" for language in LANGUAGES}
    frame = rows.rename(columns=renamed).assign(id=rows["city"] + "/" + rows["district"])
    return Layer(spec, frame[[*columns, "geometry"]].reset_index(drop=True))
