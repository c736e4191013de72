"""What a buyer may be about to type: words of the class's goods and searches, and categories, by beginning or first letters."""

from kernel.unit_of_work import UnitOfWork
from mall.search import categories, initials, queries, words
from mall.search.schemas import SuggestedCategory, Suggestions

CATEGORIES = 3


async def suggest(uow: UnitOfWork, said: str) -> Suggestions:
    """Returns suggestions for what is typed so far; after a blank the last word is completed and the rest kept."""
    kept, _, typed = words.folded(said).strip().rpartition(" ")
    if not typed:
        return Suggestions(words=[], categories=[])
    found = await queries.list_suggested(uow, typed)
    completed = [f"{kept} {word}" if kept else word for word in found]
    return Suggestions(words=completed, categories=[] if kept else _categories(typed))


def _categories(typed: str) -> list[SuggestedCategory]:
    """Returns the categories whose name, words or first letters begin like this."""
    found = [
        SuggestedCategory(code=shelf.code, name=shelf.names[-1])
        for shelf in categories.shelves().values()
        if any(_begins(word, typed) for word in (shelf.names[-1], *shelf.words))
    ]
    return found[:CATEGORIES]


def _begins(word: str, typed: str) -> bool:
    plain = words.folded(word)
    return plain.startswith(typed) or (typed.isascii() and initials.of(plain).startswith(typed))
