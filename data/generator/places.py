"""Names of committees, and the 25 centres with what they offer."""

import math
from dataclasses import dataclass

from .district import District
from .facts import (
    LANTIAN,
    LANTIAN_COMMITTEES,
    NUJIANG,
    TAOPU_EAST,
    TAOPU_EAST_FUNCTIONS,
    TOWNS,
    VISITS_PER_RESIDENT_YEAR,
)
from .people import Dwelling
from .plane import Dice, Point, centroid, distance, dm

STEMS = (
    "梧桐 银杏 朴树 玉兰 白桦 听涛 望河 临溪 澄江 晨曦 朝晖 锦华 景泰 安澜 "
    "福临 瑞禾 青枫 翠柳 丹桂 海桐 凌霄 芳草 清荷 碧云 明月 霁月 东篱 南亭 "
    "西塘 北苑 和煦 春晖 夏荫 秋实 冬青 松鹤 竹韵 腊梅 兰芷 菊香 云杉 乌桕 "
    "枇杷 杏林 桃源里 李园 凤竹 若水 木槿 茉莉 蔷薇 百合 水杉 红枫 金桂 银桂 "
    "文澜 书香 乐善 同心 知行 致远 博雅 怡然 静安里 长青 永康 康宁 延福 嘉和"
).split()
ENDINGS = ("苑", "新村", "花园", "家园", "坊")
VILLAGES = ("沈浜", "陆巷", "杨桥头", "顾家塘", "小河湾", "东徐宅", "北张泾")

SERVICES = (
    "health_station canteen hair_salon elderly_daycare parent_child culture_sport reading rehab "
    "convenience_window mutual_aid shared_kitchen party_service"
).split()
# The article's nine functions of 桃浦东部 in these words; the last two are our reading of
# special services (特色服务) and leisure (休闲娱乐).
TAOPU_EAST_SERVICES = (
    "party_service convenience_window parent_child culture_sport mutual_aid elderly_daycare "
    "shared_kitchen hair_salon reading"
).split()
LANTIAN_SERVICES = (
    "health_station canteen hair_salon parent_child culture_sport reading rehab "
    "convenience_window party_service"
).split()
NUJIANG_SERVICES = "canteen culture_sport reading convenience_window party_service".split()
# Most centres have these; each of the others is in two of three.
USUAL = ("health_station", "canteen", "convenience_window", "party_service")

# A centre of 1,625 m² (the mean of another district's) for the mean grid of 49,592 people.
VISITS_PER_DAY_PER_M2 = 49_592 * VISITS_PER_RESIDENT_YEAR / 365 / 1625
COST_MYUAN_PER_M2 = 0.012

# Published names; the other grids are numbered within their town.
NAMES = {
    TAOPU_EAST: ("桃浦东部", "Taopu East"),
    LANTIAN: ("兰田", "Lantian"),
    "310107102-1": ("新城", "Xincheng"),
    "310107102-2": ("金沙", "Jinsha"),
    NUJIANG: ("怒江", "Nujiang"),
}
# Two more in 桃浦 are published; the other three are chosen for the example.
PLANNED = ("310107103-2", "310107103-3", "310107014-2", "310107015-3", "310107022-1")
PLANNED_TAOPU_M2 = 3000


@dataclass(frozen=True)
class Centre:
    """A community centre (社区中心), existing or planned, and the grid it serves."""

    id: str
    name: str
    name_en: str
    town: str
    grid: str
    at: Point
    status: str
    services: list[str]
    floor_area_m2: int
    outdoor_area_m2: int
    staff: int
    capacity_visits_per_day: int
    opened: int | None
    cost_myuan: float | None
    floors: int | None
    address: str | None
    functions_zh: list[str] | None
    profile: str


def name_committees(district: District) -> None:
    """Names that no two committees share: eight published ones, the rest made up."""
    dice = Dice("names")
    made_up = [stem + ending for ending in ENDINGS for stem in dice.shuffled(STEMS)]
    lantian = iter(LANTIAN_COMMITTEES)
    villages = iter(VILLAGES)
    others = iter(dice.shuffled(made_up[: len(district.committees)]))
    for committee in district.committees:
        if committee.village:
            committee.name = next(villages) + "村委会"
        else:
            word = next(lantian) if committee.grid == LANTIAN else next(others)
            committee.name = word + "居委会"


def centres(district: District, homes: list[Dwelling]) -> list[Centre]:
    """One centre in each grid, numbered C01 on in the order of the grids."""
    dice = Dice("centres")
    out = []
    for number, grid in enumerate(district.grids(), start=1):
        town = next(t for t in TOWNS if grid.startswith(t.code))
        short = town.name.removesuffix("街道").removesuffix("镇").removesuffix("路")
        which = int(grid[-1])
        name, name_en = NAMES.get(grid, (short + "一二三"[which - 1], f"{town.name_en} {which}"))
        planned = grid in PLANNED
        floor = dice.whole(85, 290) * 10
        outdoor = dice.whole(6, 60) * 10
        services = [s for s in SERVICES if dice.uniform(0, 1) < (0.9 if s in USUAL else 0.67)]
        opened = dice.whole(2014, 2018)
        if grid == TAOPU_EAST:
            floor, outdoor, services = 5204, 1325, TAOPU_EAST_SERVICES
        elif grid == LANTIAN:
            # Large enough for the 438 visits a day that are published.
            services, opened, floor = LANTIAN_SERVICES, 2018, 1200
        elif grid == NUJIANG:
            services = NUJIANG_SERVICES
        elif planned and grid.startswith("310107103"):
            floor = PLANNED_TAOPU_M2
        out.append(
            Centre(
                id=f"C{number:02d}",
                name=name + "片区社区中心",
                name_en=f"{name_en} Community Centre",
                town=town.name,
                grid=grid,
                at=_place(district, grid, homes, dice),
                status="planned" if planned else "existing",
                services=[s for s in SERVICES if s in services],
                floor_area_m2=floor,
                outdoor_area_m2=outdoor,
                staff=max(5, round(floor / 160)),
                capacity_visits_per_day=round(floor * VISITS_PER_DAY_PER_M2),
                opened=None if planned else opened,
                cost_myuan=round(floor * COST_MYUAN_PER_M2, 1) if planned else None,
                floors=4 if grid == TAOPU_EAST else None,
                address="镇南路822弄" if grid == TAOPU_EAST else None,
                functions_zh=TAOPU_EAST_FUNCTIONS if grid == TAOPU_EAST else None,
                profile="office_workers" if grid == NUJIANG else "residents",
            )
        )
    return out


def _place(district: District, grid: str, homes: list[Dwelling], dice: Dice) -> Point:
    """In a block some way off the middle of the grid's people: land is where it is."""
    committees = district.in_grid(grid)
    ids = {c.id for c in committees}
    mine = [h for h in homes if h.committee in ids]
    people = sum(h.population for h in mine)
    middle = (
        round(math.fsum(h.at[0] * h.population for h in mine) / people),
        round(math.fsum(h.at[1] * h.population for h in mine) / people),
    )
    off = dm(dice.uniform(150, 420))
    best: tuple[float, Point] | None = None
    for committee in committees:
        for block in committee.blocks:
            at = centroid(district.mesh.points(block))
            # Not in the very middle of a block, and off the street.
            at = (at[0] + dice.whole(-200, 200), at[1] + dice.whole(-200, 200))
            if not district.is_clear(block, at, 25):
                continue
            miss = abs(distance(at, middle) - off)
            if best is None or miss < best[0]:
                best = (miss, at)
    assert best is not None, grid
    return best[1]
