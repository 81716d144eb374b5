"""
The picture of somebody, or a 404 where there is none, which is nothing unusual.

It is kept in the one size it was given in, and sent as it is whichever size is asked for.
https://learn.microsoft.com/graph/api/profilephoto-get; the code of the refusal was seen in public code.
"""

import struct
from dataclasses import dataclass
from zlib import crc32

from starlette.responses import Response

from graph_emulator.errors import GraphError
from graph_emulator.graph.ask import Ask, context, json

SIZES = tuple(f"{side}x{side}" for side in (48, 64, 96, 120, 240, 360, 432, 504, 648))


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as its bytes tell it."""

    octets: bytes

    @property
    def media_type(self) -> str:
        if self.octets.startswith(b"\x89PNG"):
            return "image/png"
        return "image/jpeg" if self.octets.startswith(b"\xff\xd8") else "application/octet-stream"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height; 1 and 1 where the bytes do not say."""
        if self.media_type == "image/png" and len(self.octets) >= 24:
            width, height = struct.unpack_from(">II", self.octets, 16)
            return width, height
        return _jpeg_size(self.octets) if self.media_type == "image/jpeg" else (1, 1)

    @property
    def etag(self) -> str:
        return f'"{crc32(self.octets):08X}"'


async def get(ask: Ask) -> Response:
    """What there is to know about the picture."""
    picture = _picture(ask)
    width, height = picture.size
    return json(
        {
            "@odata.context": context(f"users('{ask.mailbox.id}')/photo/$entity"),
            "@odata.mediaContentType": picture.media_type,
            "@odata.mediaEtag": picture.etag,
            "id": f"{width}X{height}",
            "width": width,
            "height": height,
        }
    )


async def value(ask: Ask) -> Response:
    """The picture itself."""
    picture = _picture(ask)
    return Response(picture.octets, media_type=picture.media_type, headers={"ETag": picture.etag})


def _picture(ask: Ask) -> Picture:
    is_known = ask.path.get("size", SIZES[0]).lower() in SIZES
    if ask.mailbox.photo is None or not is_known:
        raise GraphError(404, "ImageNotFound", "The photo wasn't found.")
    return Picture(ask.mailbox.photo)


def _jpeg_size(octets: bytes) -> tuple[int, int]:
    """From the frame header, which comes after segments that each tell their length."""
    at = 2
    while at + 9 <= len(octets):
        marker, length = octets[at + 1], struct.unpack_from(">H", octets, at + 2)[0]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", octets, at + 5)
            return width, height
        at += 2 + length
    return 1, 1
