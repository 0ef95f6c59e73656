"""The synthetic plan: towns and barriers as a graph of named corners.

Drawn by hand, then moved to fit published figures only: areas, centroids, the length of
each shared border, and how much of a town lies on either side of a barrier. No surveyed
line was used. Letters stand for towns: T 桃浦, W 万里, G 甘泉路, Y 宜川路, S 石泉路,
R 真如, O 曹杨, C 长寿路, F 长风, Z 长征.
"""

# Metres east and north of plane.ORIGIN.
# fmt: off
CORNERS: dict[str, tuple[int, int]] = {
    # Where three towns meet
    "TWR": (-716, 1247), "WRS": (1029, 1033), "WGS": (2142, 712), "GYS": (3191, 577),
    "YCS": (3278, -55), "CSO": (2064, -1108), "COF": (1807, -1484), "FOZ": (-318, -1963),
    "ZOR": (107, -852), "ROS": (884, -1044),
    # Where two towns meet the edge of the district
    "tw": (-719, 3248), "wg": (2013, 1738), "gy": (4465, 1635), "yc": (4921, -155),
    "cf": (2064, -2873), "fz": (-1489, -4017), "zr": (-2160, -472), "rt": (-1990, -98),
    # Along borders between towns
    "wr1": (233, 1290), "ws1": (1568, 764), "gs1": (2669, 541), "gy1": (3691, 901),
    "sy1": (3228, 238), "cy1": (3245, -451), "rc": (3234, -823), "cy2": (3685, -532),
    "cy3": (4279, -290), "sc1": (2527, -671), "so1": (1368, -1065), "rs1": (935, -158),
    "rs2": (1005, 465), "cf1": (2031, -2158), "of1": (1249, -2102), "of2": (553, -2249),
    "oz1": (-107, -1445), "ro1": (457, -933), "fz1": (-988, -2221), "fz2": (-1901, -2346),
    "fz3": (-1792, -3266), "zrm": (-1107, -615), "zr2": (-1728, -525), "rt1": (-1296, 1488),
    "rt2": (-1860, 1930), "rt3": (-1743, 894), "tw1": (-445, 2197), "wg1": (2074, 1248),
    # Along the edge of the district
    "w1": (282, 2342), "w2": (1195, 1936), "g1": (2777, 1930), "g2": (3441, 1902),
    "g3": (4002, 1752), "y1": (4532, 922), "y2": (4679, 401), "c1": (4690, -952),
    "c2": (4215, -1518), "c3": (3434, -1922), "c4": (2657, -2318), "fs": (634, -3459),
    "f2": (-64, -3805), "f3": (-750, -4023), "z1": (-2398, -3503), "z2": (-3287, -2899),
    "z3": (-4301, -2115), "z4": (-3797, -1489), "z5": (-3108, -958), "r1": (-2080, -287),
    "t1": (-3343, 701), "t2": (-4459, 1327), "t3": (-5257, 2113), "t4": (-5749, 3076),
    "t5": (-5705, 4348), "t6": (-4716, 5467), "t7": (-3048, 5544), "t8": (-1947, 4735),
    "t9": (-1236, 3869),
    # Along barriers inside a town
    "rv1": (2339, -2199), "rv2": (2618, -1637), "rv3": (2903, -1181), "ir1": (3935, 225),
    "fr1": (862, -2748), "mr1": (-750, 585), "mr2": (-859, -27), "mz1": (-1583, -1440),
    "rl1": (-2732, 2312), "TX": (-3869, 2535), "rl2": (-4901, 2775), "or1": (-3263, 4144),
    "or2": (-3572, 3188), "or3": (-4232, 1797),
}
# fmt: on

# Parts of towns that no barrier crosses, counter-clockwise.
SECTORS: dict[str, str] = {
    "T_EN": "TWR tw1 tw t9 t8 t7 or1 or2 TX rl1 rt2 rt1",
    "T_ES": "rt2 rl1 TX or3 t2 t1 rt rt3",
    "T_WN": "TX or2 or1 t7 t6 t5 t4 rl2",
    "T_WS": "TX rl2 t4 t3 t2 or3",
    "W": "TWR wr1 WRS ws1 WGS wg1 wg w2 w1 tw tw1",
    "G": "WGS gs1 GYS gy1 gy g3 g2 g1 wg wg1",
    "Y_N": "GYS sy1 YCS ir1 y2 y1 gy gy1",
    "Y_S": "YCS cy1 rc cy2 cy3 yc y2 ir1",
    "C_N": "cf rv1 rv2 rv3 rc cy1 YCS sc1 CSO COF cf1",
    "C_S": "rc rv3 rv2 rv1 cf c4 c3 c2 c1 yc cy3 cy2",
    "F_E": "COF of1 fr1 fs cf cf1",
    "F_W": "of1 of2 FOZ fz1 fz2 fz3 fz f3 f2 fs fr1",
    "Z_E": "FOZ oz1 ZOR zrm mz1 fz2 fz1",
    "Z_W": "fz2 mz1 zrm zr2 zr z5 z4 z3 z2 z1 fz fz3",
    "R_E": "ZOR ro1 ROS rs1 rs2 WRS wr1 TWR mr1 mr2 zrm",
    "R_W": "zrm mr2 mr1 TWR rt1 rt2 rt3 rt r1 zr zr2",
    "S": "ROS so1 CSO sc1 YCS sy1 GYS gs1 WGS ws1 WRS rs2 rs1",
    "O": "FOZ of2 of1 COF CSO so1 ROS ro1 ZOR oz1",
}

# kind, id, Chinese name, English name, corners from one end to the other
BARRIERS: list[tuple[str, str, str, str, str]] = [
    (
        "river",
        "suzhou-creek",
        "苏州河",
        "Suzhou Creek",
        "z3 z2 z1 fz f3 f2 fs cf rv1 rv2 rv3 rc cy2 cy3 yc c1 c2",
    ),
    (
        "railway",
        "huning-railway",
        "沪宁铁路",
        "Shanghai-Nanjing Railway",
        "t4 rl2 TX rl1 rt2 rt1 TWR wr1 WRS ws1 WGS gs1 GYS gy1 gy",
    ),
    (
        "expressway",
        "inner-ring",
        "内环高架路",
        "Inner Ring Elevated Road",
        "y2 ir1 YCS sc1 CSO COF of1 fr1 fs",
    ),
    (
        "expressway",
        "middle-ring",
        "中环路",
        "Middle Ring Road",
        "tw tw1 TWR mr1 mr2 zrm mz1 fz2 fz3 fz",
    ),
    ("expressway", "outer-ring", "外环高速", "Outer Ring Expressway", "t7 or1 or2 TX or3 t2"),
]

KIND: dict[str, str] = {barrier_id: kind for kind, barrier_id, _, _, _ in BARRIERS}

# Metres from the middle of a barrier to the road along it.
SIDE_M: dict[str, int] = {"river": 34, "railway": 27, "expressway": 22}

# Real road names as labels for streets of the plan, along these corners.
ROADS: dict[str, str] = {
    "曹杨路": "ROS so1 CSO COF cf1 cf",
    "中山北路": "y2 ir1 YCS sc1 CSO COF of1 fr1 fs",
    "真北路": "tw tw1 TWR mr1 mr2 zrm mz1 fz2 fz3 fz",
    "金沙江路": "of1 of2 FOZ fz1 fz2",
    "武宁路": "ROS ro1 ZOR oz1 FOZ",
    "曹安公路": "ZOR zrm zr2 zr",
    "交通路": "TWR wr1 WRS ws1 WGS gs1 GYS gy1 gy",
    "真华路": "ROS rs1 rs2 WRS",
    "岚皋路": "WGS wg1 wg",
    "光新路": "GYS sy1 YCS cy1 rc",
    "万镇路": "rt rt3 rt2",
    "桃浦路": "t4 rl2 TX rl1 rt2 rt1 TWR",
}

# How each sector is shared out among grids (片区):
# grid number within the town, share of the sector, residential and village committees.
GRID_SHARES: dict[str, list[tuple[int, float, int, int]]] = {
    "T_EN": [(1, 1, 14, 3)],
    "T_ES": [(2, 1, 11, 1)],
    "T_WN": [(3, 1, 6, 3)],
    "T_WS": [(3, 1, 2, 0)],
    "W": [(1, 1, 8, 0), (2, 1, 7, 0)],
    "G": [(1, 1, 10, 0), (2, 1, 10, 0)],
    "Y_N": [(1, 1, 12, 0)],
    "Y_S": [(2, 1, 11, 0)],
    "C_N": [(1, 1, 13, 0)],
    "C_S": [(2, 1, 11, 0), (3, 1, 11, 0)],
    "F_W": [(1, 1, 17, 0)],
    "F_E": [(2, 1, 9, 0)],
    "Z_W": [(1, 1, 8, 0), (2, 1, 8, 0)],
    "Z_E": [(3, 1, 9, 0)],
    "R_W": [(1, 1, 12, 0)],
    "R_E": [(2, 1, 12, 0), (3, 1, 12, 0)],
    # The first is 兰田: 1.69 km² and eight committees are published.
    "S": [(1, 1.69, 8, 0), (2, 0.905, 8, 0), (3, 0.905, 8, 0)],
    "O": [(1, 1, 10, 0), (2, 1, 10, 0)],
}
