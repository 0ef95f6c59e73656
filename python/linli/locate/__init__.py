"""Siting (选址): where to put the next centres, with proof.

Every question reads a `linli.Reach` and people per demand point and returns a
`SitingPlan`: the sites, what they achieve, and a bound that no other choice
can beat. Sites are rows of the reach's second side, from 0.

=========================================================== ============
question                                                    function
=========================================================== ============
with ``p`` centres, how many people can be within reach?    `mclp`
the same, when nearer counts more?                          `gradual`
the same, for several services that not all sites offer?    `mclp_services`
how few centres reach everyone, or 95 %, or everyone twice? `lscp`
for how little money, when sites cost more or less?         `lscp`
with ``p`` centres, how short can walks be on average?      `p_median`
with ``p`` centres, how short can the longest walk be?      `p_center`
what is each more centre worth?                             `curve`
what would another site in its place lose?                  `exchanges`
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
from linli._services import ServicesPlan
from linli.locate._cover import gradual, lscp, mclp
from linli.locate._curve import curve
from linli.locate._distance import p_center, p_median
from linli.locate._exchange import exchanges
from linli.locate._pareto import pareto
from linli.locate._phases import phases
from linli.locate._services import Service, mclp_services

__all__ = [
    "Curve",
    "Front",
    "Phases",
    "Service",
    "ServicesPlan",
    "SitingPlan",
    "curve",
    "exchanges",
    "gradual",
    "lscp",
    "mclp",
    "mclp_services",
    "p_center",
    "p_median",
    "pareto",
    "phases",
]
