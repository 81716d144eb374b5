"""
PlanError               a sentence for whoever runs the import: what is wrong, what to do
  NotOsm                not an OpenStreetMap file, cut off, or with things in it that are refused
  TooLarge              more than we are willing to read
  NoIndoorData          a map, but not one of the inside of a building
  RoomsError            the list of rooms is wrong; says in which line
"""


class PlanError(Exception):
    """The plan cannot be imported; the message says why and what to do."""


class NotOsm(PlanError):
    """The file is not OpenStreetMap XML that we accept."""


class TooLarge(PlanError):
    """The file holds more than a venue should."""


class NoIndoorData(PlanError):
    """The file has no rooms."""


class RoomsError(PlanError):
    """The list of rooms cannot be used; `line` is where, if one line is to blame."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(f"Rooms list, line {line}: {message}" if line else f"Rooms list: {message}")
        self.line = line
