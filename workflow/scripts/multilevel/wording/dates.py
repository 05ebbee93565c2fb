"""Dates as people read them."""

from datetime import date

from multilevel.wording.catalogue import Catalogue


def long_date(iso: str, words: Catalogue) -> str:
    """2026-11-23 -> 23 November 2026"""
    day = date.fromisoformat(iso)
    month = words.plain(f"months.{day.month}")
    return words.plain("date.long", day=day.day, month=month, year=day.year)
