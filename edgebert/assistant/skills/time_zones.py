"""Time zones by the names that people say: cities, countries, abbreviations.

Cities and countries are those of the IANA database, with the ISO 3166 names that come with it.
"""

from datetime import datetime
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo, available_timezones

_ALIASES = {
    "utc": "UTC",
    "gmt": "UTC",
    "greenwich mean": "UTC",
    "eastern": "America/New_York",
    "est": "America/New_York",
    "edt": "America/New_York",
    "central": "America/Chicago",
    "cst": "America/Chicago",
    "cdt": "America/Chicago",
    "mountain": "America/Denver",
    "mst": "America/Denver",
    "pacific": "America/Los_Angeles",
    "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "bst": "Europe/London",
    "cet": "Europe/Paris",
    "central european": "Europe/Paris",
    "ist": "Asia/Kolkata",
    "jst": "Asia/Tokyo",
    "boston": "America/New_York",
    "washington": "America/New_York",
    "miami": "America/New_York",
    "atlanta": "America/New_York",
    "houston": "America/Chicago",
    "dallas": "America/Chicago",
    "san francisco": "America/Los_Angeles",
    "seattle": "America/Los_Angeles",
    "las vegas": "America/Los_Angeles",
    "la": "America/Los_Angeles",
    "beijing": "Asia/Shanghai",
    "mumbai": "Asia/Kolkata",
    "delhi": "Asia/Kolkata",
    "new delhi": "Asia/Kolkata",
    "bangalore": "Asia/Kolkata",
    "hyderabad": "Asia/Kolkata",
    "munich": "Europe/Berlin",
    "hamburg": "Europe/Berlin",
    "barcelona": "Europe/Madrid",
    "milan": "Europe/Rome",
}
_COUNTRIES = {
    "usa": "US",
    "us": "US",
    "america": "US",
    "the states": "US",
    "uk": "GB",
    "britain": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "south korea": "KR",
    "korea": "KR",
    "holland": "NL",
}


class ManyZonesError(Exception):
    """A country has several times at once."""


def find_zone(name: str, now: datetime) -> ZoneInfo | None:
    """Return the time zone of a city, a country or an abbreviation, or None.

    Args:
        name: as it was said.
        now: when it is to hold; a country of several zones is one where they agree.

    Raises:
        ManyZonesError: the country has several.

    """
    words = name.casefold().replace(".", "").replace("_", " ").split()
    words = [word for word in words if word not in ("time", "zone", "the", "standard")]
    key = " ".join(words)
    if key in _ALIASES:
        return ZoneInfo(_ALIASES[key])
    if key in _cities():
        return ZoneInfo(_cities()[key])
    zones = [ZoneInfo(zone) for zone in _zones_of(_COUNTRIES.get(key) or _codes().get(key))]
    if len({now.astimezone(zone).utcoffset() for zone in zones}) > 1:
        raise ManyZonesError(name)
    return zones[0] if zones else None


@cache
def _cities() -> dict[str, str]:
    return {
        zone.rpartition("/")[2].replace("_", " ").casefold(): zone
        for zone in sorted(available_timezones())
        if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/", "US/", "SystemV/"))
    }


@cache
def _codes() -> dict[str, str]:
    rows = (line.split("\t") for line in _table("iso3166.tab"))
    names = {}
    for code, name in rows:
        names[name.casefold()] = code
        names[name.partition("(")[0].strip().casefold()] = code
    return names


@cache
def _zones_of(code: str | None) -> tuple[str, ...]:
    rows = (line.split("\t") for line in _table("zone.tab"))
    return tuple(row[2] for row in rows if row[0] == code)


def _table(name: str) -> list[str]:
    text = (resources.files("tzdata") / "zoneinfo" / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
