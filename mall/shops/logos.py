"""Turns what a seller chose as a logo into what a row keeps: a drawing's key, or a stored file with its addresses."""

from kernel.errors import Invalid
from kernel.storage import queries as stored_files
from kernel.storage.rules import urls
from kernel.unit_of_work import UnitOfWork
from mall.drawings import catalogue as drawings
from mall.shops.schemas import LogoChoice, LogoDrawingIn


async def resolve(uow: UnitOfWork, choice: LogoChoice | None) -> dict[str, str] | None:
    """Returns the stored form of a logo.

    Raises:
        NotFound: the file is not in this class.
        Invalid: there is no such drawing.

    """
    if choice is None:
        return None
    if isinstance(choice, LogoDrawingIn):
        if drawings.find(choice.key) is None:
            raise Invalid.field("/logo/key", "mall.product.unknown_drawing")
        return {"kind": "art", "key": choice.key}
    await stored_files.access_file(uow, choice.file_id)
    url, thumb_url = urls(choice.file_id)
    return {"kind": "file", "file_id": str(choice.file_id), "url": url, "thumb_url": thumb_url}
