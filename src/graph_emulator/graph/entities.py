"""
The properties of what Graph answers, as its published metadata has them: what may be chosen, filtered and ordered.

https://learn.microsoft.com/graph/api/resources/event, …/calendar, …/room, …/roomlist, …/building, …/floor, …/user
"""

from collections.abc import Mapping

from graph_emulator.graph.types import (
    BOOLEAN,
    EXTENSION_ID,
    ID,
    INSTANT,
    NUMBER,
    OPAQUE,
    PROPERTY_ID,
    STRING,
    Kind,
    Many,
    Type,
    enumeration,
)

FREE_BUSY = ("unknown", "free", "tentative", "busy", "oof", "workingElsewhere")
SENSITIVITY = ("normal", "personal", "private", "confidential")
IMPORTANCE = ("low", "normal", "high")
ATTENDEE_TYPES = ("required", "optional", "resource")
RESPONSES = ("none", "organizer", "tentativelyAccepted", "accepted", "declined", "notResponded")
PROVIDERS = ("unknown", "skypeForBusiness", "skypeForConsumer", "teamsForBusiness")

EMAIL_ADDRESS = Type("microsoft.graph.emailAddress", {"name": STRING, "address": STRING})
RECIPIENT = Type("microsoft.graph.recipient", {"emailAddress": EMAIL_ADDRESS})
STATUS = Type("microsoft.graph.responseStatus", {"response": enumeration(*RESPONSES), "time": INSTANT})
ATTENDEE = Type(
    "microsoft.graph.attendee",
    {"type": enumeration(*ATTENDEE_TYPES), "status": STATUS, "emailAddress": EMAIL_ADDRESS, "proposedNewTime": OPAQUE},
)
DATE_TIME = Type("microsoft.graph.dateTimeTimeZone", {"dateTime": INSTANT, "timeZone": STRING})
ADDRESS = Type(
    "microsoft.graph.physicalAddress",
    dict.fromkeys(("street", "city", "state", "countryOrRegion", "postalCode"), STRING),
)
COORDINATES = Type(
    "microsoft.graph.outlookGeoCoordinates",
    dict.fromkeys(("latitude", "longitude", "accuracy", "altitude", "altitudeAccuracy"), NUMBER),
)
LOCATION = Type(
    "microsoft.graph.location",
    {
        "displayName": STRING,
        "locationEmailAddress": STRING,
        "locationType": STRING,
        "locationUri": STRING,
        "uniqueId": STRING,
        "uniqueIdType": STRING,
        "address": ADDRESS,
        "coordinates": COORDINATES,
    },
)
EXTENSION = Type("microsoft.graph.extension", {"id": EXTENSION_ID, "extensionName": EXTENSION_ID}, is_open=True)
EXTENDED_PROPERTY = Type("microsoft.graph.singleValueLegacyExtendedProperty", {"id": PROPERTY_ID, "value": STRING})
EXTENDED_PROPERTIES = Type(
    "microsoft.graph.multiValueLegacyExtendedProperty", {"id": PROPERTY_ID, "value": Many(STRING)}
)

EVENT = Type(
    "Microsoft.OutlookServices.Event",
    {
        "id": ID,
        "createdDateTime": INSTANT,
        "lastModifiedDateTime": INSTANT,
        "changeKey": ID,
        "categories": Many(STRING),
        "transactionId": ID,
        "originalStartTimeZone": STRING,
        "originalEndTimeZone": STRING,
        "originalStart": INSTANT,
        "iCalUId": ID,
        "reminderMinutesBeforeStart": NUMBER,
        "isReminderOn": BOOLEAN,
        "hasAttachments": BOOLEAN,
        "subject": STRING,
        "bodyPreview": STRING,
        "body": OPAQUE,
        "importance": enumeration(*IMPORTANCE),
        "sensitivity": enumeration(*SENSITIVITY),
        "isAllDay": BOOLEAN,
        "isCancelled": BOOLEAN,
        "isDraft": BOOLEAN,
        "isOrganizer": BOOLEAN,
        "responseRequested": BOOLEAN,
        "seriesMasterId": ID,
        "showAs": enumeration(*FREE_BUSY),
        "type": enumeration("singleInstance", "occurrence", "exception", "seriesMaster"),
        "webLink": ID,
        "onlineMeetingUrl": STRING,
        "isOnlineMeeting": BOOLEAN,
        "onlineMeetingProvider": enumeration(*PROVIDERS),
        "onlineMeeting": OPAQUE,
        "allowNewTimeProposals": BOOLEAN,
        "hideAttendees": BOOLEAN,
        "responseStatus": STATUS,
        "start": DATE_TIME,
        "end": DATE_TIME,
        "location": LOCATION,
        "locations": Many(LOCATION),
        "recurrence": OPAQUE,
        "attendees": Many(ATTENDEE),
        "organizer": RECIPIENT,
        "cancelledOccurrences": OPAQUE,
    },
    {
        "extensions": Many(EXTENSION),
        "singleValueExtendedProperties": Many(EXTENDED_PROPERTY),
        "multiValueExtendedProperties": Many(EXTENDED_PROPERTIES),
        "exceptionOccurrences": OPAQUE,
        "instances": OPAQUE,
        "attachments": OPAQUE,
        "calendar": OPAQUE,
    },
    frozenset({"start/dateTime", "end/dateTime", "subject", "createdDateTime", "lastModifiedDateTime"}),
)

CALENDAR = Type(
    "Microsoft.OutlookServices.Calendar",
    {
        "id": ID,
        "name": STRING,
        "color": STRING,
        "hexColor": STRING,
        "isDefaultCalendar": BOOLEAN,
        "changeKey": ID,
        "canShare": BOOLEAN,
        "canViewPrivateItems": BOOLEAN,
        "canEdit": BOOLEAN,
        "allowedOnlineMeetingProviders": Many(enumeration(*PROVIDERS)),
        "defaultOnlineMeetingProvider": enumeration(*PROVIDERS),
        "isTallyingResponses": BOOLEAN,
        "isRemovable": BOOLEAN,
        "owner": EMAIL_ADDRESS,
    },
)

_STATE = enumeration("unknown", "enabled", "disabled")
_PLACE: Mapping[str, Kind] = {
    "id": ID,
    "placeId": ID,
    "parentId": ID,
    "displayName": STRING,
    "address": ADDRESS,
    "geoCoordinates": COORDINATES,
    "phone": STRING,
    "label": STRING,
    "isWheelChairAccessible": BOOLEAN,
    "tags": Many(STRING),
}
ROOM = Type(
    "microsoft.graph.room",
    {
        **_PLACE,
        "emailAddress": STRING,
        "nickname": STRING,
        "building": STRING,
        "floorNumber": NUMBER,
        "floorLabel": STRING,
        "capacity": NUMBER,
        "bookingType": enumeration("unknown", "standard", "reserved"),
        "audioDeviceName": STRING,
        "videoDeviceName": STRING,
        "displayDeviceName": STRING,
        "teamsEnabledState": _STATE,
    },
)
ROOM_LIST = Type("microsoft.graph.roomList", {**_PLACE, "emailAddress": STRING}, {"rooms": Many(ROOM)})
BUILDING = Type("microsoft.graph.building", {**_PLACE, "resourceLinks": OPAQUE, "wifiState": _STATE})
FLOOR = Type("microsoft.graph.floor", {**_PLACE, "sortOrder": NUMBER})
SECTION = Type("microsoft.graph.section", _PLACE)
DESK = Type(
    "microsoft.graph.desk",
    {
        **_PLACE,
        "displayDeviceName": STRING,
        "heightAdjustableState": _STATE,
        "mailboxDetails": OPAQUE,
        "mode": OPAQUE,
        "servicePlans": OPAQUE,
    },
)
WORKSPACE = Type(
    "microsoft.graph.workspace",
    {
        **_PLACE,
        "capacity": NUMBER,
        "displayDeviceName": STRING,
        "emailAddress": STRING,
        "mode": OPAQUE,
        "nickname": STRING,
    },
)

# The kinds of places by name.
PLACES: Mapping[str, Type] = {
    "room": ROOM,
    "roomList": ROOM_LIST,
    "building": BUILDING,
    "floor": FLOOR,
    "section": SECTION,
    "desk": DESK,
    "workspace": WORKSPACE,
}

USER = Type(
    "microsoft.graph.user",
    {
        "id": ID,
        "businessPhones": Many(STRING),
        "accountEnabled": BOOLEAN,
        **dict.fromkeys(
            (
                "displayName", "givenName", "jobTitle", "mail", "mobilePhone", "officeLocation", "preferredLanguage",
                "surname", "userPrincipalName", "mailNickname", "userType", "department", "companyName", "city",
                "country", "streetAddress", "postalCode", "state", "usageLocation", "employeeId",
            ),
            STRING,
        ),
    },
    orders=frozenset({"displayName", "userPrincipalName"}),
)  # fmt: skip
