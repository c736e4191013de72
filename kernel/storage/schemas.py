"""Responses of file storage."""

from uuid import UUID

from kernel.http.fields import View


class StoredFileView(View):
    """A kept picture: its addresses, and the size in pixels of what is served at `url`."""

    id: UUID
    url: str
    thumb_url: str
    width: int
    height: int
