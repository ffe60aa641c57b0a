"""Packs on a screen: those there are, and what each card of one means."""

from collections.abc import Mapping

from rich.table import Table
from rich.text import Text

from ringofire import SHIPPED, Fault, Pack, PackError, Rule, load_packs, shipped_pack
from ringofire_adapters.terminal.ink import shown
from ringofire_adapters.terminal.logfile import PACK_LIMIT, read_file

__all__ = ["aim_line", "book", "choose", "deck_line", "has_teams", "known_packs", "listing", "rows"]


def known_packs(file: str | None) -> dict[str, Pack]:
    """Give the shipped packs and those of a file, which win; by name."""
    packs = {name: shipped_pack(name) for name in SHIPPED}
    return packs if file is None else {**packs, **load_file(file)}


def load_file(file: str) -> dict[str, Pack]:
    """Give the packs of a file; PackError names each of its faults."""
    return load_packs(read_file(file, PACK_LIMIT), file=file)


def choose(name: str | None, file: str | None) -> Pack:
    """Give the pack so called; without a name a file's only one, or else the first shipped."""
    packs = known_packs(file)
    if name is None:
        own = [] if file is None else list(load_file(file))
        return packs[own[0] if len(own) == 1 else SHIPPED[0]]
    if name not in packs:
        known = f"unknown pack; there are: {' '.join(packs)}"
        raise PackError(Fault(file or "shipped", shown(name[:40]), "", known))
    return packs[name]


def rows(pack: Pack) -> list[tuple[str, Rule]]:
    """Give each kind of card with the rule on it; a rank's colours apart where they differ."""
    ranks: dict[str, dict[str, Rule]] = {}
    for card in pack.deck.full():
        colour = " red" if card.red else " black" if card.black else ""
        ranks.setdefault(card.rank.value, {})[colour] = pack.rule_for(card)
    found = []
    for rank, colours in ranks.items():
        rules = list(colours.values())
        if all(rule is rules[0] for rule in rules):
            found.append((rank, rules[0]))
        else:
            found += [(rank + colour, rule) for colour, rule in colours.items()]
    return found


def has_teams(pack: Pack) -> bool:
    """Whether some card of a pack is for a team."""
    effects = [effect for rule in pack.rules.values() for effect in rule.effects]
    return any(getattr(effect, "who", "").startswith("team:") for effect in effects)


def deck_line(pack: Pack) -> str:
    """Tell the deck, the ring and the end of a pack."""
    kings = pack.deck.king_count
    return (
        f"{pack.deck.size} cards, {kings} {'king' if kings == 1 else 'kings'}; {_ring(pack)}; "
        f"the round ends {_ENDS.get(pack.end, _LAST_KING)[0]}; "
        f"a penalty is {pack.limit} at the most."
    )


_ENDS = {
    "deck": ("with the last card", "until no card is left"),
    "ring": ("when the ring breaks", "until somebody breaks the ring"),
}
_LAST_KING = ("with the last king", "until the last king is out")


def aim_line(pack: Pack) -> str:
    """Tell what a game is about."""
    until = _ENDS.get(pack.end, _LAST_KING)[1]
    return f"In turn, turn a card over and do what it says, {until}. Nobody wins, nobody is out."


def _ring(pack: Pack) -> str:
    if pack.gap is None:
        return "the ring cannot break"
    slots = "an empty slot" if pack.gap == 1 else f"{pack.gap} empty neighbouring slots"
    effect = pack.break_
    own = pack.end != "ring" and effect.who == "drawer"
    return f"who leaves {slots} breaks the ring{' and gets a penalty' if own else ''}"


def book(pack: Pack, *, effects: bool = False) -> Table:
    """Draw what every card means; with `effects` also what the engine does about it."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False)
    table.add_column("Card", no_wrap=True, style="bold")
    table.add_column("Rule", style="bold cyan")
    table.add_column("Text")
    plain = pack.resolved["rules"]
    for label, rule in rows(pack):
        told = Text(shown(rule.text))
        if effects:
            for effect in plain[rule.name]["effects"]:
                told.append(f"\n{_effect(effect)}", style="dim")
        table.add_row(Text(label), Text(shown(rule.title)), told)
    return table


def _effect(effect: Mapping[str, object]) -> str:
    fields = [f"{key}={_plain(value)}" for key, value in effect.items() if key != "do"]
    return " ".join([f"{effect['do']}", *fields])


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ",".join(map(_plain, value))
    return str(value).lower() if isinstance(value, bool) else shown(str(value))


def listing(packs: Mapping[str, Pack]) -> Table:
    """Draw which packs there are."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False)
    for column in ("Name", "Title", "Cards", "Ring", "End", "Digest"):
        table.add_column(column, no_wrap=True)
    for name, pack in packs.items():
        cells = (
            shown(name),
            shown(pack.title),
            str(pack.deck.size),
            "off" if pack.gap is None else f"gap:{pack.gap}",
            pack.end,
            pack.digest.hex()[:16],
        )
        table.add_row(*map(Text, cells))
    return table
