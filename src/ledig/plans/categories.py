"""From OpenStreetMap's tags to IMDF's unit categories."""

from collections.abc import Mapping

Tags = Mapping[str, str]

_BY_ROOM = {
    "auditorium": "auditorium",
    "class": "classroom",
    "classroom": "classroom",
    "conference": "conferenceroom",
    "corridor": "walkway",
    "elevator": "elevator",
    "entrance": "lobby",
    "hall": "lobby",
    "kitchen": "kitchen",
    "laboratory": "laboratory",
    "lecture": "classroom",
    "library": "library",
    "lobby": "lobby",
    "lounge": "lounge",
    "meeting": "conferenceroom",
    "office": "office",
    "restaurant": "foodservice",
    "server": "serverroom",
    "shower": "shower",
    "stairs": "stairs",
    "storage": "storage",
    "technical": "nonpublic",
    "waiting": "waitingroom",
}
_BY_AMENITY = {
    "bar": "foodservice",
    "cafe": "foodservice",
    "fast_food": "foodservice",
    "library": "library",
    "parking": "parking",
    "restaurant": "foodservice",
    "theatre": "theater",
}
_BY_INDOOR = {"corridor": "walkway", "area": "unenclosedarea"}


def category(tags: Tags) -> str:
    """The IMDF unit category of an indoor area."""
    if tags.get("amenity") == "toilets" or tags.get("room") in {"toilet", "toilets", "wc"}:
        return _restroom(tags)
    if tags.get("stairs") == "yes":
        return "stairs"
    if tags.get("highway") == "elevator":
        return "elevator"
    if found := _BY_ROOM.get(tags.get("room", "")) or _BY_AMENITY.get(tags.get("amenity", "")):
        return found
    if "office" in tags:
        return "office"
    return _BY_INDOOR.get(tags.get("indoor", ""), "room")


def _restroom(tags: Tags) -> str:
    female, male, unisex = (tags.get(word) == "yes" for word in ("female", "male", "unisex"))
    words = ["restroom"]
    if unisex:
        words.append("unisex")
    elif female != male:
        words.append("female" if female else "male")
    if tags.get("wheelchair") == "yes":
        words.append("wheelchair")
    return ".".join(words)
