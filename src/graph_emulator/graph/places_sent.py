"""What can be changed of a room. https://learn.microsoft.com/graph/api/place-update"""

from dataclasses import replace
from typing import Annotated, TypeAlias, TypeVar

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from graph_emulator.tenant import Room

T = TypeVar("T")
Maybe: TypeAlias = T | UnsetType | None

_Int32 = Annotated[int, Meta(ge=-(2**31), lt=2**31)]


class SentRoom(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Properties that were sent, and those that were not; null empties a property."""

    odata_type: str = msgspec.field(name="@odata.type", default="microsoft.graph.room")
    nickname: Maybe[str] = UNSET
    label: Maybe[str] = UNSET
    building: Maybe[str] = UNSET
    floor_number: Maybe[_Int32] = UNSET
    floor_label: Maybe[str] = UNSET
    capacity: Maybe[_Int32] = UNSET
    is_wheel_chair_accessible: Maybe[bool] = UNSET
    tags: Maybe[tuple[str, ...]] = UNSET
    phone: Maybe[str] = UNSET
    audio_device_name: Maybe[str] = UNSET
    video_device_name: Maybe[str] = UNSET
    display_device_name: Maybe[str] = UNSET

    def applied(self, room: Room) -> Room:
        return replace(
            room,
            nickname=_given(self.nickname, room.nickname),
            label=_given(self.label, room.label) or "",
            building=_given(self.building, room.building) or "",
            floor=_given(self.floor_number, room.floor) or 0,
            floor_label=_given(self.floor_label, room.floor_label),
            capacity=_given(self.capacity, room.capacity),
            step_free=_given(self.is_wheel_chair_accessible, room.step_free),
            tags=_given(self.tags, room.tags) or (),
            phone=_given(self.phone, room.phone),
            audio=_given(self.audio_device_name, room.audio),
            video=_given(self.video_device_name, room.video),
            display=_given(self.display_device_name, room.display),
        )


def _given(sent: Maybe[T], old: T | None) -> T | None:
    return old if sent is UNSET else sent
