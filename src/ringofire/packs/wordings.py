"""What a penalty and the cup are called: one file of words for each language and tone.

Packs name no unit, so the same pack plays in any tone. Nothing but numbers is ever put into these
words. They keep no totals and never tell anybody to finish anything.
"""

from functools import cache
from typing import Any

from ringofire.errors import Fault, PackError
from ringofire.options import TONES
from ringofire.packs.checks import shown
from ringofire.values import value

__all__ = ["LANGUAGES", "Wording", "wording"]

LANGUAGES = ("en",)

_DATA = "words"


@value
class Wording:
    """The words of one language and tone; of each pair the first is for one, the other for more."""

    language: str
    tone: str
    amounts: tuple[str, str]
    penalties: tuple[str, str]
    gifts: tuple[str, str]
    cup_filled: str
    cup_served: str
    passed: str

    def amount(self, n: int) -> str:
        """Tell so much, n >= 0: `2 sips`."""
        return _count(self.amounts, n)

    def penalty(self, n: int) -> str:
        """Tell somebody their penalty, n >= 0: `take 2 sips`."""
        return _count(self.penalties, n)

    def gift(self, n: int) -> str:
        """Tell somebody what to share out, n >= 0: `hand out 2 sips`."""
        return _count(self.gifts, n)


@cache
def wording(tone: str = "sips", language: str = "en") -> Wording:
    """Give the words of a tone in a language; PackError, naming those there are, for any other."""
    for asked, known in ((language, LANGUAGES), (tone, TONES)):
        if asked not in known:
            message = f"no such wording; there are: {' '.join(known)}"
            raise PackError(Fault(_DATA, shown(language), shown(tone), message))
    import tomllib
    from importlib.resources import files

    path = files("ringofire.packs").joinpath(_DATA, language, f"{tone}.toml")
    words = tomllib.loads(path.read_text("utf-8"))
    told: dict[str, Any] = {
        key: tuple(word) if isinstance(word, list) else word for key, word in words.items()
    }
    return Wording(language, tone, **told)


def _count(pair: tuple[str, str], n: int) -> str:
    one, more = pair
    return one if n == 1 else more.replace("{n}", str(n))
