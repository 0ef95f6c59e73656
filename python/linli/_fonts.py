"""Fonts for pictures with Chinese names, where the machine has one."""

from __future__ import annotations

from functools import cache

__all__ = ["families"]

CHINESE = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Microsoft YaHei",
    "SimHei",
    "PingFang SC",
    "Heiti SC",
    "Arial Unicode MS",
)


@cache
def families() -> list[str]:
    """Give the usual font, and behind it the first with Chinese letters that is installed."""
    from matplotlib import font_manager, rcParams

    installed = set(font_manager.get_font_names())
    chinese = [name for name in CHINESE if name in installed][:1]
    return [*rcParams["font.family"], *chinese]
