"""Published figures the synthetic district is built around; sources in data/SOURCES.md."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Town:
    """One row of the town table (街镇)."""

    letter: str  # as in layout.py
    code: str
    name: str
    name_en: str
    area_km2: float
    residential: int
    villages: int
    population: int
    population_basis: str  # "published" or "derived"
    jobs: int
    grids: int
    centroid: tuple[float, float]
    over_60: float  # synthetic mean share: older in the workers' villages of the 1950s


TOWNS: list[Town] = [
    Town("O", "310107005", "曹杨新村街道", "Caoyangxincun", 2.0757, 20, 0, 101_450, "derived",
         22_000, 2, (121.40312, 31.24107), 0.325),
    Town("F", "310107014", "长风新村街道", "Changfengxincun", 5.7999, 26, 0, 107_100, "published",
         90_000, 2, (121.394625, 31.228977), 0.295),
    Town("C", "310107015", "长寿路街道", "Changshoulu", 4.04, 35, 0, 140_700, "published",
         96_000, 3, (121.428835, 31.243459), 0.290),
    Town("G", "310107016", "甘泉路街道", "Ganquanlu", 2.352, 20, 0, 101_450, "derived",
         21_000, 2, (121.426784, 31.266955), 0.320),
    Town("S", "310107017", "石泉路街道", "Shiquanlu", 3.4986, 24, 0, 104_517, "published",
         20_000, 3, (121.415096, 31.253916), 0.315),
    Town("Y", "310107020", "宜川路街道", "Yichuanlu", 2.2214, 23, 0, 116_668, "derived",
         17_000, 2, (121.436834, 31.257845), 0.310),
    Town("W", "310107021", "万里街道", "Wanli", 3.0964, 15, 0, 76_088, "derived",
         43_000, 2, (121.401834, 31.270382), 0.265),
    Town("R", "310107022", "真如镇街道", "Zhenruzhen", 5.9666, 36, 0, 162_113, "published",
         26_000, 3, (121.390231, 31.257568), 0.285),
    Town("Z", "310107102", "长征镇", "Changzheng", 7.5999, 25, 0, 126_813, "derived",
         112_000, 3, (121.372509, 31.238392), 0.270),
    Town("T", "310107103", "桃浦镇", "Taopu", 19.1581, 33, 7, 202_901, "derived",
         65_000, 3, (121.361553, 31.28247), 0.265),
]  # fmt: skip

LANTIAN = "310107017-1"
LANTIAN_POPULATION = 36_200
LANTIAN_COMMITTEES = ["和平", "陆一", "陆二", "联合", "兰凤", "中宁", "石岚三村", "信仪"]

TAOPU_EAST = "310107103-1"
TAOPU_EAST_FUNCTIONS = [
    "党群服务", "便民服务", "亲子服务", "文化体育", "公益互助", "老人服务", "特色服务",
    "共享厨房", "休闲娱乐",
]  # fmt: skip

NUJIANG = "310107102-3"

# Visits a resident makes in a year: over 160,000 visits at 兰田 for 36,200 people.
VISITS_PER_RESIDENT_YEAR = 4.4
