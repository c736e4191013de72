"""Fills the form of registration in over HTTP, as a learner does."""

from typing import Any

from tests.world import Person

FORM = "/mall/desk/registration"


async def fill(
    person: Person, name: str = "云岭山货", *, kind: str = "sole", categories: tuple[str, ...] = ("food",)
) -> dict[str, Any]:
    """Fills every step of a fresh form, deposit included, and returns the form as it stands before it is handed in."""
    await person.post(FORM, {"name": None}, status=201)
    exemption = "farm" if kind == "personal" else None
    await person.put(f"{FORM}/subject", {"kind": kind, "exemption": exemption})
    form = await person.put(f"{FORM}/store", {"name": name, "intro": "山里来的", "categories": list(categories)})
    required = [need["code"] for need in form["needs"] if need["required"]]
    await person.put(f"{FORM}/papers", {"codes": required})
    await person.post(f"{FORM}/deposit")
    agreement = (await person.get(f"{FORM}/entry"))["agreement"]["version"]
    filled: dict[str, Any] = await person.put(f"{FORM}/agreement", {"version": agreement, "agreed": True})
    assert filled["missing"] == []
    return filled


async def register(person: Person, name: str = "云岭山货", **how: Any) -> dict[str, Any]:
    """Fills the form, hands it in and returns what became of it."""
    await fill(person, name, **how)
    done: dict[str, Any] = await person.post(f"{FORM}/submit")
    return done
