"""
Ids of what is in a mailbox: each valid in its own mailbox only, in several forms, and case matters.

A form wraps the key that the calendar knows a thing by. https://learn.microsoft.com/graph/outlook-immutable-id
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Form:
    """How ids of one form look; those that are not safe in URLs have / and + in them."""

    before: str
    after: str
    url_safe: bool = True

    def id(self, key: str) -> str:
        return f"{self.before}{key if self.url_safe else key.translate(_UNSAFE)}{self.after}"

    def key(self, id: str) -> str:
        """The key in an id; empty if it is no id of this form."""
        if not (id.startswith(self.before) and id.endswith(self.after)):
            return ""
        key = id[len(self.before) : -len(self.after)]
        return key if self.url_safe else key.translate(_SAFE)


_UNSAFE, _SAFE = str.maketrans("-_", "/+"), str.maketrans("/+", "-_")

# As https://learn.microsoft.com/graph/api/user-translateexchangeids names them.
FORMS = {
    "restId": Form("AAMkAGI2TG93AAA-", "AAA="),
    "restImmutableEntryId": Form("AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A", "AAA="),
    "ewsId": Form("AAMkAGI2TG93AAA/", "AAA=", url_safe=False),
    "entryId": Form("AAAAAFjZW50cmFsAHYQ", "AA2", url_safe=False),
    "immutableEntryId": Form("AAAAAFjZW50cmFsAHZQ", "AA2", url_safe=False),
}
CALENDAR = Form("AAMkAGI2TG93AAB-", "AAA=")


def event_id(key: str, *, immutable: bool) -> str:
    """The id of an event in one of the two forms that answers have."""
    return FORMS["restImmutableEntryId" if immutable else "restId"].id(key)


def event_key(event_id: str) -> str:
    """The key in an id of either form; empty if it is no id."""
    return FORMS["restId"].key(event_id) or FORMS["restImmutableEntryId"].key(event_id)
