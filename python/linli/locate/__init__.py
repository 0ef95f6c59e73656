"""Siting (选址): where to put the next centres, with proof.

Every question reads a `linli.Reach` and people per demand point and returns a
`SitingPlan`: the sites, what they achieve, and a bound that no other choice
can beat. Sites are rows of the reach's second side, from 0.

=========================================================== ============
question                                                    function
=========================================================== ============
with ``p`` centres, how many people can be within reach?    `mclp`
the same, when nearer counts more?                          `gradual`
how few centres reach everyone, or 95 %, or everyone twice? `lscp`
with ``p`` centres, how short can walks be on average?      `p_median`
with ``p`` centres, how short can the longest walk be?      `p_center`
what is each more centre worth?                             `curve`
what to open first, and what after?                         `phases`
what lies between most people covered and shortest walks?   `pareto`
=========================================================== ============

`mclp`, `lscp`, `p_median` and `p_center` also keep to what sites can serve
(``capacity``), to the distance between new sites (``separation_m``), and, but
for `lscp`, to a ``budget``, under which existing sites may be closed.
"""

from linli._front import Front
from linli._phases import Phases
from linli._plan import Curve, SitingPlan
from linli.locate._cover import gradual, lscp, mclp
from linli.locate._curve import curve
from linli.locate._distance import p_center, p_median
from linli.locate._pareto import pareto
from linli.locate._phases import phases

__all__ = [
    "Curve",
    "Front",
    "Phases",
    "SitingPlan",
    "curve",
    "gradual",
    "lscp",
    "mclp",
    "p_center",
    "p_median",
    "pareto",
    "phases",
]
