"""The picture of a table, drawn from its view: ring, card, cup, people, what lasts, what is open.

A picture is a list of lines of rich `Text`; in black and white it says the same. Slots are counted
from 1 here, as people do.
"""

from attrs import field, frozen
from rich.console import Console
from rich.text import Text

from ringofire import Card, Pack, Rank, Room, RoomView, Wording
from ringofire_adapters.terminal.ink import Signs, and_, card_text, shown
from ringofire_adapters.terminal.story import names_in, title_of

__all__ = ["Picture", "draw", "labels", "pack_in_sight", "question", "waiting"]

CARD = 7
"""Columns of the large card."""

LEAST_INSIDE = 30
"""Columns inside the ring that the large card and its text need."""

ROWS_BELOW = 12
"""Rows that the rest of the table takes, so that the ring should leave them free."""


@frozen
class Picture:
    """What a view is drawn with: the pack's texts, the tone's words, signs, and the space.

    Where each has a device of their own, `me` is the seat it is drawn for and `connected` are the
    seats that are there, as far as that is known.
    """

    pack: Pack
    words: Wording
    signs: Signs
    width: int = 80
    height: int = 24
    me: str | None = field(default=None, kw_only=True)
    connected: tuple[str, ...] | None = field(default=None, kw_only=True)


def draw(view: RoomView, picture: Picture) -> list[Text]:
    """Draw a whole table."""
    lines = [_head(view, picture)]
    if view.ring is not None:
        turns = [_turns(view)] if view.phase == "playing" else []
        lines += [*turns, Text(), *_ring(view, picture), Text()]
    lines += _facts(view, picture)
    return lines


# ------------------------------------------------------------------ whose turn


def pack_in_sight(room: Room) -> Pack:
    """Give the pack that the cards on the table belong to: the next round may have another."""
    assert room.game is not None
    return room.game.pack if room.game.round is None else room.game.round.pack


_PHASES = {"lobby": "not begun", "ended": "is over", "closed": "closed"}


def _head(view: RoomView, picture: Picture) -> Text:
    dot = f" {picture.signs.dot} "
    told = [f"room {shown(view.room)}"]
    if view.round:
        over = f" {_PHASES['ended']}" if view.phase == "ended" else ""
        told.append(f"round {view.round}{over}")
    told += [
        word
        for word, holds in (("closed", view.phase == "closed"), ("locked", view.locked))
        if holds
    ]
    head = Text(shown(picture.pack.title), style="bold magenta")
    return head.append(dot + dot.join(told), style="not bold dim")


def _turns(view: RoomView) -> Text:
    names = names_in(view)
    if view.paused or view.current is None:
        return Text("The game waits until two are here.", style="bold yellow")
    turn = Text(f"{names[view.current]}'s turn", style="bold green")
    after = [names[seat] for seat in view.next]
    return turn.append(f", then {', '.join(after)}" if after else "", style="not bold")


# ------------------------------------------------------------------ the ring


@frozen
class _Frame:
    """A rectangle of slots: rows, slots in a row, columns of a slot, columns inside."""

    rows: int
    across: int
    cell: int

    @property
    def inside(self) -> int:
        return (self.across - 2) * self.cell

    def places(self) -> list[tuple[int, int]]:
        """Row and place in it of each slot, clockwise from the upper left corner."""
        bottom, right = self.rows - 1, self.across - 1
        return [
            *[(0, place) for place in range(self.across)],
            *[(row, right) for row in range(1, bottom)],
            *[(bottom, place) for place in range(right, -1, -1)],
            *[(row, 0) for row in range(bottom - 1, 0, -1)],
        ]


def _frame(size: int, rows: int, cell: int, width: int) -> _Frame | None:
    across = max(2, -(-(size - 2 * (rows - 2)) // 2))
    if across * cell > width:
        return None
    return _Frame(rows, across, min(5, max(cell, width // across)))


def _ring(view: RoomView, picture: Picture) -> list[Text]:
    """Draw the ring around the card that is up, or above it where there is no room inside."""
    assert view.ring is not None
    size = view.ring.size
    least = 11 if picture.height > 30 else 7
    most = max(least, picture.height - ROWS_BELOW)
    for cell in (len(str(size)) + 1, 2, 1):
        for rows in range(least, most + 1):
            frame = _frame(size, rows, cell, picture.width)
            if frame is None or frame.inside < LEAST_INSIDE:
                continue
            inside = _card(view, picture, frame.inside - 3)
            if len(inside) <= rows - 2:
                return _around(view, picture, frame, inside)
    rows = 2
    while (frame := _frame(size, rows, 1, picture.width)) is None:
        rows += 1
    return [*_around(view, picture, frame, []), *_card(view, picture, picture.width)]


def _around(view: RoomView, picture: Picture, frame: _Frame, inside: list[Text]) -> list[Text]:
    assert view.ring is not None
    places = dict(zip(frame.places(), range(view.ring.size), strict=False))
    taken = {slot: Card.parse(card) for slot, card, _ in view.picked}
    last = view.picked[-1][0] if view.picked else None
    above = (frame.rows - 2 - len(inside)) // 2

    def cell(row: int, place: int) -> Text:
        slot = places.get((row, place))
        return _slot(slot, taken, last, frame.cell, picture)

    lines = []
    for row in range(frame.rows):
        if row in (0, frame.rows - 1):
            line = Text.assemble(*[cell(row, place) for place in range(frame.across)])
        else:
            middle = inside[row - 1 - above] if 0 <= row - 1 - above < len(inside) else Text()
            padded = Text.assemble("  ", middle)
            padded.append(" " * (frame.inside - padded.cell_len))
            line = Text.assemble(cell(row, 0), padded, cell(row, frame.across - 1))
        line.rstrip()
        lines.append(line)
    return lines


def _slot(
    slot: int | None, taken: dict[int, Card], last: int | None, width: int, picture: Picture
) -> Text:
    """Draw a slot: its number on a card's back, its card if that was just taken, or a gap."""
    signs = picture.signs
    if slot is None:
        return Text(" " * width)
    number = str(slot + 1)
    card = taken.get(slot)
    if card is None:
        told, style = (number if len(number) < width else signs.back), "cyan"
    elif slot == last and len(card_text(card, signs)) <= width:
        told, style = card_text(card, signs), _colour(card)
    else:
        told, style = signs.gap, "dim"
    room = max(width - 1, 1)
    return Text.assemble((told.rjust(room), style), " " * (width - max(room, len(told))))


def _colour(card: Card) -> str:
    return "bold red" if card.red else "bold"


def _card(view: RoomView, picture: Picture, width: int) -> list[Text]:
    """Draw the card that is up with its rule beside it, within `width` columns."""
    if not view.picked:
        return _wrapped("No card has been drawn yet.", width)
    _, text, seat = view.picked[-1]
    card = Card.parse(text)
    face, rule = _rule_of(card, picture)
    beside = width - CARD - 2
    told = [Text(face if rule is None else f"{face} {rule[0]}", style="bold")]
    if rule is not None:
        told += _wrapped(rule[1], beside)
    told.append(Text(f"drawn by {names_in(view).get(seat) or shown(seat)}", style="dim"))
    art = _art(card, picture.signs)
    rows = max(len(art), len(told))
    art += [Text(" " * CARD)] * (rows - len(art))
    told += [Text()] * (rows - len(told))
    return [Text.assemble(left, "  ", right) for left, right in zip(art, told, strict=True)]


def _rule_of(card: Card, picture: Picture) -> tuple[str, tuple[str, str] | None]:
    """Give a card as it is written, and the title and text of the rule on it."""
    try:
        rule = picture.pack.rule_for(card)
    except (KeyError, ValueError):
        return card_text(card, picture.signs), None
    return card_text(card, picture.signs), (shown(rule.title), shown(rule.text))


def _wrapped(text: str, width: int) -> list[Text]:
    console = Console(width=width)
    return list(Text(text).wrap(console, max(width, 1)))


def _art(card: Card, signs: Signs) -> list[Text]:
    upper_left, upper_right, lower_right, lower_left = signs.corners
    flat, side = signs.edges
    rank, middle = ("", "JOKER") if card.suit is None else (card.rank, signs.suits[card.suit])
    rows = [rank.ljust(5), middle.center(5), rank.rjust(5)]
    colour = _colour(card)
    return [
        Text(f"{upper_left}{flat * 5}{upper_right}"),
        *[Text.assemble(side, (shown(row), colour), side) for row in rows],
        Text(f"{lower_left}{flat * 5}{lower_right}"),
    ]


# ------------------------------------------------------------------ what lasts


def _facts(view: RoomView, picture: Picture) -> list[Text]:
    names = names_in(view)
    dot = f" {picture.signs.dot} "
    facts: list[tuple[str, str]] = []
    if view.ring is not None:
        facts.append(("Left", _left(view, dot)))
    if view.cup is not None:
        facts.append(("Cup", _cup(view, names, dot)))
    facts.append(("Seats", _seats(view, picture)))
    held = [
        f"{title_of(picture.pack, status.key)}: {names.get(status.holder or '', 'the table')}"
        for status in view.statuses
    ]
    counted = [
        f"{one} x{held.count(one)}" if held.count(one) > 1 else one for one in dict.fromkeys(held)
    ]
    link = f" {picture.signs.link} "
    mates = [
        names.get(seat, shown(seat)) + link + and_([names.get(one, shown(one)) for one in others])
        for seat, others in view.drinks_with.items()
    ]
    facts += [("Held", dot.join(counted)), ("Mates", dot.join(mates))]
    lines = [_fact(label, fact) for label, fact in facts if fact]
    lines += [
        _fact(shown(rule.id), f"{shown(rule.text)} ({_of_rule(rule.author, rule.for_, names)})")
        for rule in view.rules
    ]
    return lines


def _fact(label: str, fact: str) -> Text:
    return Text.assemble((label.ljust(7), "bold blue"), fact)


def _of_rule(author: str, for_: str | None, names: dict[str, str]) -> str:
    by = names.get(author, "somebody who left")
    return by if for_ is None else f"{by}, for {names.get(for_, 'somebody who left')}"


_PLACES = {rank.value: place for place, rank in enumerate(Rank)}


def _place(rank: str) -> int:
    """Where a rank stands among the ranks; behind them whatever is none (`other`)."""
    return _PLACES.get(rank, len(_PLACES))


def _left(view: RoomView, dot: str) -> str:
    assert view.ring is not None
    left = view.left_by_rank
    ranks = " ".join([f"{shown(rank)}:{left[rank]}" for rank in sorted(left, key=_place)])
    broken = "the ring is broken" if view.ring.broken else ""
    told = [f"{view.ring.left} of {view.ring.size} cards", ranks, broken]
    return dot.join([one for one in told if one])


def _cup(view: RoomView, names: dict[str, str], dot: str) -> str:
    cup = view.cup
    assert cup is not None
    told = [f"{cup.pours} poured", f"kings out: {cup.kings_drawn} of {cup.kings_total}"]
    if cup.served_to is not None:
        told.append(
            f"served to {and_([names.get(one, one) for one in cup.served_to]) or 'the table'}"
        )
    return dot.join(told)


def _seats(view: RoomView, picture: Picture) -> str:
    told = []
    for player in view.players:
        notes = [
            note
            for note, holds in (
                ("you", player.id == picture.me),
                ("host", player.id == view.host),
                (f"team {(player.team or '').upper()}", player.team is not None),
                ("away", player.away),
                ("offline", picture.connected is not None and player.id not in picture.connected),
            )
            if holds
        ]
        turn = picture.signs.turn if player.id == view.current else ""
        looks = f"{shown(player.emoji)} " if player.emoji else ""
        told.append(turn + looks + shown(player.name) + (f" ({', '.join(notes)})" if notes else ""))
    return ", ".join(told)


# ------------------------------------------------------------------ what is asked


def labels(view: RoomView) -> list[str]:
    """Give what people call each candidate of the open choice, in order."""
    if view.choice is None:
        return []
    called = names_in(view) | {rule.id: shown(rule.text) for rule in view.rules}
    return [called.get(candidate) or shown(candidate) for candidate in view.choice.candidates]


def waiting(view: RoomView) -> tuple[str | None, str]:
    """Give the seat that the table waits for, if it waits for just one, and tell others so."""
    names = names_in(view)
    if view.choice is not None:
        owner = view.choice.owner
        return owner, f"{names.get(owner) or shown(owner)} has to choose"
    if view.phase == "playing":
        if view.paused or view.current is None:
            return None, "The game waits until two are here"
        return view.current, f"It is {names[view.current]}'s turn"
    if view.phase == "closed" or view.host is None:
        return None, "The room is closed"
    return view.host, f"{names[view.host]} starts the round"


_NUMBERS = {2: "two", 3: "three", 4: "four", 5: "five"}


def question(view: RoomView, picture: Picture) -> str:
    """Give what the table waits for, in a line; for one seat that of others is told as such."""
    names = names_in(view)
    choice = view.choice
    waits_for, what = waiting(view)
    if picture.me is not None and picture.me != waits_for:
        return f"{what} (? for help)"
    if view.phase in ("lobby", "ended"):
        again = " with the same people, quit ends" if view.round and picture.me is None else ""
        return f"Enter starts round {view.round + 1}{again} (? for help)"
    if view.paused or view.current is None:
        return "back NAME, join NAME, or end (? for help)"
    if choice is None:
        assert view.ring is not None
        waits = view.verdict is not None and view.verdict.value is None
        told = "; lost NAMES says who lost" if waits else ""
        slots = f"a slot 1-{view.ring.size}"
        return f"{names[view.current]}: Enter draws, or {slots}{told} (? for help)"
    options = "  ".join([f"{place} {label}" for place, label in enumerate(labels(view), start=1)])
    shares = f"or {_NUMBERS.get(choice.count, choice.count)} names, one for each"
    split = f" (one name takes all; {shares})" if choice.count > 1 else " to"
    one = "choose" if choice.count == 1 else f"choose {choice.count}"
    asked = {
        "players": one,
        "order": "which way round?",
        "split": f"{picture.words.gift(choice.count)}{split}",
        "rule": "write a rule, or skip",
        "repeal": "which rule goes?",
    }.get(choice.kind, one)
    owner = names.get(choice.owner) or shown(choice.owner)
    return f"{owner}, {asked}{'  ' if options else ''}{options}"
