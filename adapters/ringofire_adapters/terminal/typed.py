"""What people type, read into what they ask for: words on one side, commands on the other.

A keyboard speaks for one seat, or for the whole table; then a word also says who asks, by the
view's `open` alone. Whether a command is allowed is judged where all commands are.
"""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256

from attrs import frozen

from ringofire import (
    AddNonce,
    AddRule,
    Choose,
    ClaimHost,
    CloseRoom,
    Command,
    Configure,
    EndRound,
    GiveVerdict,
    JoinRoom,
    KickPlayer,
    LeaveRoom,
    LockRoom,
    MoveSeat,
    Pack,
    PickCard,
    RepealRule,
    RoomView,
    SetAway,
    SkipChoice,
    SkipTurn,
    StartRound,
    TransferHost,
    UndoPick,
    UnlockRoom,
    UpdateProfile,
    UsePower,
)
from ringofire.options import TONES
from ringofire_adapters.terminal.ask import Ask, face_down, may, sender, senders
from ringofire_adapters.terminal.ink import and_, shown
from ringofire_adapters.terminal.story import title_of
from ringofire_adapters.terminal.table import labels, waiting

__all__ = ["SEAT_WORDS", "WORDS", "Here", "Local", "Unclear", "help_lines", "read"]


@frozen
class Local:
    """Something that changes nothing in the room: `help`, `table`, `rules` or `quit`."""

    word: str


class Unclear(Exception):
    """What was typed says nothing; the text says what would."""


@frozen
class Here:
    """What a line is read against.

    Args:
        view: the room as it is.
        pack: that it plays.
        packs: that it could play.
        one_of: luck, for whoever does not mind which card it is.
        me: the seat that this keyboard speaks for; None for all of them.
    """

    view: RoomView
    pack: Pack
    packs: Mapping[str, Pack]
    one_of: Callable[[Sequence[int]], int]
    me: str | None = None

    def sender(self, action: str, *preferred: str | None) -> str | None:
        """Give who sends `action`: the own seat, or at a whole table who may, as `ask.sender`."""
        return sender(self.view, action, *preferred) if self.me is None else self.me

    @property
    def host(self) -> str | None:
        """Who sends what is for the host: at a whole table that is the host."""
        return self.view.host if self.me is None else self.me


Asked = Local | list[Ask]


@frozen
class Word:
    """A word that may be typed.

    Args:
        usage: the word with what may follow it.
        means: what it does.
        actions: it is of use while one of these is open to somebody; always, if there are none.
        read: makes of the rest of the line what is asked.
    """

    usage: str
    means: str
    actions: tuple[str, ...]
    read: Callable[[Here, str], Asked]


def read(here: Here, line: str) -> Asked:
    """Read a line: an answer to what is open, or a word; raises `Unclear` for anything else."""
    line = line.strip()
    word, _, rest = line.removeprefix("/").partition(" ")
    known = (WORDS if here.me is None else SEAT_WORDS).get(word.lower())
    choice = here.view.choice
    text = not line.startswith("/") and (known is None or bool(rest))
    asked = choice is not None and here.me in (None, choice.owner)
    if choice is not None and choice.kind == "rule" and text and asked:
        if not line:
            raise Unclear("Write the rule in one line, or type skip.")
        return _rule(here, line if word.lower() != "rule" else rest)
    if known is not None:
        return known.read(here, rest.strip())
    return _answer(here, line)


def help_lines(view: RoomView, me: str | None = None) -> list[tuple[str, str]]:
    """Give the words that are of use now, to the seat `me` or to anybody, with what each does."""
    return [
        (word.usage, word.means)
        for word in dict.fromkeys((WORDS if me is None else SEAT_WORDS).values())
        if not word.actions or any(_is_open(view, action, me) for action in word.actions)
    ]


def _is_open(view: RoomView, action: str, me: str | None) -> bool:
    if me is None:
        return bool(senders(view, action))
    return may(view, me, action) or action in view.open.get("after", ())


# ------------------------------------------------------------------ answers


def _answer(here: Here, line: str) -> Asked:
    """Read what is neither a word nor a rule: what the table waits for, or its default."""
    view = here.view
    waits_for, what = waiting(view)
    if here.me is not None and here.me != waits_for:
        raise Unclear(f"{what}; ? shows what may be typed.")
    if view.choice is not None:
        return _choose(here, line)
    if view.phase == "playing":
        return _draw(here, line)
    if line:
        raise Unclear(f"{_quoted(line)} says nothing here; ? shows what does.")
    return _start(here, "")


def _quoted(text: str) -> str:
    return f"“{shown(text[:40])}”"


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _draw(here: Here, rest: str) -> Asked:
    by = here.sender("pick_card", here.view.current, here.view.host)
    if not rest:
        slots = face_down(here.view)
        return [Ask(PickCard, by, {"slot": here.one_of(slots)} if slots else {})]
    slot = _number(rest)
    if slot is None:
        raise Unclear(f"{_quoted(rest)} is no slot; ? shows what may be typed.")
    return [Ask(PickCard, by, {"slot": slot - 1})]


def _choose(here: Here, line: str) -> Asked:
    view = here.view
    choice = view.choice
    assert choice is not None
    candidates = dict(zip(choice.candidates, labels(view), strict=True))
    if choice.kind == "repeal":
        chosen = _several(candidates, line, _NO_CHOICE)
        if len(chosen) != 1:
            raise Unclear("Choose one of them, by number; skip skips it.")
        return _repeal(here, chosen[0])
    by = here.sender("choose", choice.owner)
    if choice.kind == "split":
        parts = _parts(candidates, line, choice.count)
        return [Ask(Choose, by, {"choice": choice.id, "value": parts})]
    chosen = _several(candidates, line, _NO_CHOICE)
    if len(set(chosen)) != choice.count:
        raise Unclear(f"Choose {choice.count} of them, by number or by name; skip skips it.")
    given = chosen[0] if choice.count == 1 else tuple(dict.fromkeys(chosen))
    return [Ask(Choose, by, {"choice": choice.id, "value": given})]


def _parts(candidates: Mapping[str, str], line: str, amount: int) -> dict[str, int]:
    """Read the shares of a split: `2` gives all to the second, `1 2 2` one and two."""
    chosen = _several(candidates, line, _NO_CHOICE)
    if not chosen:
        raise Unclear("Say to whom, by number or by name; skip skips it.")
    if len(chosen) == 1:
        return {chosen[0]: amount}
    if len(chosen) != amount:
        raise Unclear(f"That is {len(chosen)}; it has to be {amount}, or one who gets all.")
    return {seat: chosen.count(seat) for seat in dict.fromkeys(chosen)}


_NOBODY = "is nobody here"
_NO_CHOICE = "is none of these"


def _several(called: Mapping[str, str], text: str, none: str = _NOBODY) -> list[str]:
    """Find what is meant by numbers, names, or beginnings of names, between commas or blanks."""
    if not text:
        return []
    whole = _matches(called, text)
    if len(whole) == 1:
        return whole
    split = text.split(",") if "," in text else text.split()
    return [_one(called, part.strip(), none) for part in split if part.strip()]


def _one(called: Mapping[str, str], text: str, none: str = _NOBODY) -> str:
    found = _matches(called, text)
    if not found:
        there = ", ".join([f"{place} {name}" for place, name in enumerate(called.values(), 1)])
        raise Unclear(f"{_quoted(text)} {none}: {there}.")
    if len(found) > 1:
        meant = " or ".join([called[key] for key in found])
        raise Unclear(f"{_quoted(text)} may be {meant}: type more of it, or a number.")
    return found[0]


def _matches(called: Mapping[str, str], text: str) -> list[str]:
    keys = list(called)
    number = _number(text)
    exact = [key for key in keys if called[key].casefold() == text.casefold()]
    if exact:
        return exact
    if number is not None:
        return [keys[number - 1]] if 1 <= number <= len(keys) else []
    return [key for key in keys if called[key].casefold().startswith(text.casefold())]


# ------------------------------------------------------------------ words


def _names(view: RoomView) -> dict[str, str]:
    return {player.id: player.name for player in view.players}


def _person(here: Here, rest: str, word: str) -> str:
    if not rest:
        raise Unclear(f"Say who: {word} NAME.")
    return _one(_names(here.view), rest)


def _start(here: Here, _: str) -> Asked:
    return [Ask(StartRound, here.sender("start_round", here.view.host))]


def _skip(here: Here, _: str) -> Asked:
    view = here.view
    if view.choice is not None:
        by = here.sender("skip_choice", view.choice.owner)
        return [Ask(SkipChoice, by, {"choice": view.choice.id})]
    return [Ask(SkipTurn, here.sender("skip_turn", view.current, view.host))]


def _undo(here: Here, _: str) -> Asked:
    return [Ask(UndoPick, here.sender("undo_pick", here.view.host))]


def _lost(here: Here, rest: str) -> Asked:
    verdict = here.view.verdict
    if verdict is None:
        raise Unclear("No game is being played that somebody could lose.")
    names = _names(here.view)
    candidates = {seat: names.get(seat, seat) for seat in verdict.candidates}
    nobody = rest.casefold() == "nobody"
    if not rest:
        raise Unclear(f"Say who lost: {', '.join(candidates.values())}, or nobody.")
    losers = () if nobody else tuple(dict.fromkeys(_several(candidates, rest)))
    by = here.sender("give_verdict", here.view.current)
    return [Ask(GiveVerdict, by, {"verdict": verdict.id, "value": losers})]


def _use(here: Here, rest: str) -> Asked:
    view = here.view
    names = _names(view)
    held = {
        f"{status.holder} {status.key}": (status.holder, status.key)
        for status in view.statuses
        if status.holder is not None and here.me in (None, status.holder)
    }
    called = {
        key: f"{title_of(here.pack, status)} ({names.get(seat, seat)})"
        for key, (seat, status) in held.items()
    }
    if not called:
        raise Unclear(
            "Nobody holds anything to use." if here.me is None else "You hold nothing to use."
        )
    if not rest and len(called) > 1:
        raise Unclear(
            f"Say which: {', '.join([f'{n} {it}' for n, it in enumerate(called.values(), 1)])}."
        )
    seat, key = held[_one(called, rest or "1", "is no power that somebody holds; there are")]
    return [Ask(UsePower, seat, {"key": key})]


def _rule(here: Here, rest: str) -> Asked:
    view = here.view
    if not rest:
        raise Unclear("Say the rule: rule TEXT.")
    owner = None if view.choice is None else view.choice.owner
    return [Ask(AddRule, here.sender("add_rule", owner, view.host), {"text": rest})]


def _repeal(here: Here, rest: str) -> Asked:
    view = here.view
    rules = {rule.id: shown(rule.text) for rule in view.rules}
    if not rest:
        raise Unclear(f"Say which rule: {', '.join(rules) or 'there is none'}.")
    named = f"r{rest.lower().removeprefix('r')}"
    if named not in rules and not rules:
        raise Unclear("No rule holds that could be taken away.")
    rule = named if named in rules else _rule_called(rules, rest)
    owner = None if view.choice is None else view.choice.owner
    return [Ask(RepealRule, here.sender("repeal_rule", owner, view.host), {"rule": rule})]


def _rule_called(rules: Mapping[str, str], text: str) -> str:
    found = [key for key in rules if rules[key].casefold().startswith(text.casefold())]
    called = [f"{key} {rules[key]}" for key in found or rules]
    if not found:
        raise Unclear(f"{_quoted(text)} is no rule; there are: {', '.join(called)}.")
    if len(found) > 1:
        raise Unclear(f"{_quoted(text)} may be {' or '.join(called)}: say which.")
    return found[0]


def _presence(*, away: bool) -> Callable[[Here, str], Asked]:
    def read_presence(here: Here, rest: str) -> Asked:
        seat = _person(here, rest, "away" if away else "back")
        return [Ask(SetAway, seat, {"away": away})]

    return read_presence


def _join(here: Here, rest: str) -> Asked:
    if not rest:
        raise Unclear("Say who: join NAME.")
    return [Ask(JoinRoom, None, {"name": rest})]


def _leave(here: Here, rest: str) -> Asked:
    return [Ask(LeaveRoom, _person(here, rest, "leave"))]


def _host(here: Here, rest: str) -> Asked:
    return [Ask(TransferHost, here.host, {"seat": _person(here, rest, "host")})]


def _team(here: Here, rest: str) -> Asked:
    team, _, names = rest.partition(" ")
    if team.lower() not in ("a", "b", "none") or not names:
        raise Unclear("Say which and who: team a NAMES, team b NAMES or team none NAMES.")
    wanted = None if team.lower() == "none" else team.lower()
    seats = dict.fromkeys(_several(_names(here.view), names))
    return [Ask(UpdateProfile, seat, {"team": wanted}) for seat in seats]


def _seat(here: Here, rest: str) -> Asked:
    name, _, place = rest.rpartition(" ")
    to = _number(place)
    if not name or to is None:
        raise Unclear("Say who and where: seat NAME 1 is the first place.")
    seat = _person(here, name, "seat")
    return [Ask(MoveSeat, here.host, {"seat": seat, "to": to - 1})]


def _pack(here: Here, rest: str) -> Asked:
    if rest not in here.packs:
        raise Unclear(f"Say which pack: {', '.join(here.packs)}.")
    return [Ask(Configure, here.host, {"pack": here.packs[rest]})]


_OF_TONES = and_(TONES)


def _tone(here: Here, rest: str) -> Asked:
    if not rest:
        raise Unclear(f"Say which tone: {_OF_TONES}.")
    if rest.lower() not in TONES:
        raise Unclear(f"{_quoted(rest)} is no tone; there are: {_OF_TONES}.")
    return [Ask(Configure, here.host, {"options": {"tone": rest.lower()}})]


def _stir(here: Here, rest: str) -> Asked:
    name, _, text = rest.partition(" ")
    if not text:
        raise Unclear("Say who and anything at all: stir NAME ANYTHING.")
    seat = _person(here, name, "stir")
    return [Ask(AddNonce, seat, {"nonce": sha256(text.encode("utf-8", "replace")).digest()})]


def _end(here: Here, _: str) -> Asked:
    return [Ask(EndRound, here.sender("end_round", here.view.host))]


def _local(word: str) -> Callable[[Here, str], Asked]:
    return lambda _here, _rest: Local(word)


# ------------------------------------------------------------------ words of one seat


def _choose_for(here: Here, rest: str) -> Asked:
    if here.view.choice is None:
        raise Unclear("Nothing is to be chosen now.")
    return _choose(here, rest)


def _own_presence(*, away: bool) -> Callable[[Here, str], Asked]:
    def read_presence(here: Here, rest: str) -> Asked:
        seat = _person(here, rest, "") if rest else here.me
        other = {} if seat == here.me else {"seat": seat}
        return [Ask(SetAway, here.me, {"away": away, **other})]

    return read_presence


def _kick(here: Here, rest: str) -> Asked:
    return [Ask(KickPlayer, here.me, {"seat": _person(here, rest, "kick")})]


def _own_leave(here: Here, rest: str) -> Asked:
    if rest:
        raise Unclear("leave gives up your own seat; kick NAME has somebody else leave.")
    return [Ask(LeaveRoom, here.me)]


def _own_team(here: Here, rest: str) -> Asked:
    if rest.lower() not in ("a", "b", "none"):
        raise Unclear("Say which: team a, team b or team none.")
    return [Ask(UpdateProfile, here.me, {"team": None if rest.lower() == "none" else rest.lower()})]


def _own_name(here: Here, rest: str) -> Asked:
    if not rest:
        raise Unclear("Say what you are called: name NAME.")
    return [Ask(UpdateProfile, here.me, {"name": rest})]


def _own_stir(here: Here, rest: str) -> Asked:
    if not rest:
        raise Unclear("Say anything at all: stir ANYTHING.")
    return [Ask(AddNonce, here.me, {"nonce": sha256(rest.encode("utf-8", "replace")).digest()})]


def _plain(kind: type[Command]) -> Callable[[Here, str], Asked]:
    return lambda here, _: [Ask(kind, here.me)]


# ------------------------------------------------------------------ all of them

_HELP = Word("?", "show this", (), _local("help"))

WORDS: Mapping[str, Word] = {
    "start": Word("start", "begin a round (Enter does the same)", ("start_round",), _start),
    "draw": Word(
        "draw [SLOT]",
        "turn that card over, or any card: Enter picks one at random",
        ("pick_card",),
        _draw,
    ),
    "lost": Word(
        "lost NAMES", "say who lost the game that is on; lost nobody", ("give_verdict",), _lost
    ),
    "use": Word("use [NUMBER]", "use a card or a power that somebody holds", ("use_power",), _use),
    "skip": Word(
        "skip", "skip what is to be chosen, or else the turn", ("skip_choice", "skip_turn"), _skip
    ),
    "undo": Word("undo", "take the last card back, once a turn", ("undo_pick",), _undo),
    "rule": Word("rule TEXT", "make a rule", ("add_rule",), _rule),
    "repeal": Word("repeal RULE", "take a made rule away", ("repeal_rule",), _repeal),
    "end": Word("end", "end the round now", ("end_round",), _end),
    "away": Word("away NAME", "somebody is away for a while", ("set_away",), _presence(away=True)),
    "back": Word("back NAME", "somebody is back", ("set_away",), _presence(away=False)),
    "join": Word("join NAME", "somebody sits down", (), _join),
    "leave": Word("leave NAME", "somebody leaves for good", ("leave_room",), _leave),
    "host": Word("host NAME", "make somebody the host", ("transfer_host",), _host),
    "team": Word("team a NAMES", "put people into team a, b or none", ("update_profile",), _team),
    "seat": Word("seat NAME PLACE", "have somebody sit elsewhere", ("move_seat",), _seat),
    "stir": Word(
        "stir NAME TEXT", "add somebody's own luck to the next shuffle", ("add_nonce",), _stir
    ),
    "pack": Word("pack NAME", "play the next round by another pack", ("configure",), _pack),
    "tone": Word(
        "tone NAME", "word penalties as sips, points, forfeits or water", ("configure",), _tone
    ),
    "table": Word("table", "draw the table", (), _local("table")),
    "rules": Word("rules", "show what every card means", (), _local("rules")),
    "quit": Word("quit", "end the game and go", (), _local("quit")),
    "?": _HELP,
    "help": _HELP,
}
"""All that may be typed, in the order the help shows it."""

_FOR_ALL = frozenset({"away", "back", "join", "leave", "quit", "stir", "team"})
"""Words that say something else where a keyboard speaks for one seat, or nothing."""

SEAT_WORDS: Mapping[str, Word] = {
    **{
        word: WORDS[word]
        for word in WORDS
        if word not in {*_FOR_ALL, "table", "rules", "?", "help"}
    },
    "choose": Word(
        "choose NAMES",
        "answer what is to be chosen, for somebody else, too",
        ("choose",),
        _choose_for,
    ),
    "away": Word(
        "away [NAME]",
        "be away for a while; the host may say it of others",
        ("set_away",),
        _own_presence(away=True),
    ),
    "back": Word("back [NAME]", "be back", ("set_away",), _own_presence(away=False)),
    "name": Word("name NAME", "be called so from now on", ("update_profile",), _own_name),
    "team": Word("team a", "be in team a, b or none", ("update_profile",), _own_team),
    "stir": Word("stir TEXT", "add your own luck to the next shuffle", ("add_nonce",), _own_stir),
    "lock": Word("lock", "let nobody join any more", ("lock_room",), _plain(LockRoom)),
    "unlock": Word("unlock", "let people join again", ("unlock_room",), _plain(UnlockRoom)),
    "kick": Word("kick NAME", "have somebody leave for good", ("kick_player",), _kick),
    "claim": Word(
        "claim",
        "become the host, if the host has been gone for long",
        ("claim_host",),
        _plain(ClaimHost),
    ),
    "close": Word("close", "close the room for good", ("close_room",), _plain(CloseRoom)),
    "table": WORDS["table"],
    "rules": WORDS["rules"],
    "leave": Word("leave", "give your seat up for good", ("leave_room",), _own_leave),
    "quit": Word("quit", "go, and keep your seat", (), _local("quit")),
    "?": _HELP,
    "help": _HELP,
}
"""What may be typed where a keyboard speaks for one seat."""
