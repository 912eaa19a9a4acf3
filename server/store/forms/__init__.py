"""Takes pictures apart without decoding them: their size, and the same picture without anything that is no pixel.

What a file says beside its pixels (where a photo was taken, thumbnails, texts, whole other files) never reaches the
decoder, so that nothing of it can be kept by mistake, and none of it can be made to swell. Of it only two things are
read: which way is up, and the colour profile.
"""

from __future__ import annotations

from server.store.errors import RefusedPictureError
from server.store.forms import jpeg, png, tiff, webp
from server.store.forms.first_bytes import name_of_other
from server.store.forms.form import Form

__all__ = ["Form", "take_apart"]

_READERS = (
    (b"\xff\xd8\xff", jpeg.take_apart),
    (png.SIGNATURE, png.take_apart),
    (b"RIFF", webp.take_apart),
    (b"II*\0", tiff.take_apart),
    (b"MM\0*", tiff.take_apart),
)


def take_apart(data: bytes) -> Form:
    """A JPEG, PNG, WebP or TIFF; told by its first bytes, whatever its name was. Raises RefusedPictureError."""
    for mark, read in _READERS:
        if data.startswith(mark) and (mark != b"RIFF" or data[8:12] == b"WEBP"):
            return read(data)
    raise RefusedPictureError(f"expected a JPEG, PNG, WebP or TIFF picture, got {name_of_other(data)}")
