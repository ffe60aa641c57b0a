"""What happened, told in sentences: one row of a table for each public event.

A sentence knows the views before and after its entry, the pack and the wording, and decides
nothing. What a view shows anyway (whose turn it is, what is being chosen) is not told again.
"""

from collections.abc import Callable, Mapping
from typing import Any

from attrs import Factory, define, frozen

from ringofire import (
    UNSET,
    AwayChanged,
    CardPicked,
    CardsReturned,
    ChoiceMade,
    ChoiceRequested,
    ChoiceSkipped,
    CupFilled,
    CupServed,
    DirectionReversed,
    Event,
    GameCalled,
    HostChanged,
    LinkAdded,
    LinkRemoved,
    NonceAdded,
    Noted,
    OptionsChanged,
    Pack,
    PackChanged,
    PenaltyCalled,
    PickUndone,
    PlayerJoined,
    PlayerLeft,
    PlayerUpdated,
    PowerUsed,
    Reason,
    Rejected,
    RingBroken,
    RingDealt,
    RoomClosed,
    RoomCreated,
    RoomLocked,
    RoomMoved,
    RoomUnlocked,
    RoomView,
    RoundEnded,
    RoundPaused,
    RoundResumed,
    RoundStarted,
    RuleAdded,
    RuleRepealed,
    SeatsChanged,
    StateRestored,
    StatusCleared,
    StatusSet,
    TurnSkipped,
    TurnStarted,
    VerdictGiven,
    Wording,
)
from ringofire.text import NAME_POINTS
from ringofire.view import (
    SHOWN_AS,
    PackView,
    PlayerJoinedView,
    PlayerUpdatedView,
    ShownEvent,
)
from ringofire_adapters.terminal.ink import Signs, and_, card_text, shown

__all__ = ["REFUSALS", "TOLD", "Line", "names_in", "refusal", "tell", "title_of"]


@frozen
class Line:
    """A sentence of the story, and the kind of thing it tells, which a screen may colour.

    `kind` is `card`, `text`, `penalty`, `game`, `people`, `end`, `check` or `plain`.
    """

    text: str
    kind: str = "plain"


@define
class Scene:
    """Where a sentence is told: whose names, which words, what was bound to whom."""

    before: RoomView | None
    after: RoomView
    pack: Pack
    words: Wording
    signs: Signs
    events: tuple[Event | ShownEvent, ...]
    names: dict[str, str] = Factory(dict)
    links: list[tuple[str, str]] = Factory(list)

    def name(self, seat: str | None) -> str:
        """Give the name at a seat, as it is or was last."""
        return "the table" if seat is None else self.names.get(seat) or shown(seat)

    def list(self, seats: tuple[str, ...]) -> str:
        """Give the names at some seats; `everybody` where they are all who are present."""
        here = [player.id for player in self.after.players if not player.away]
        if len(here) > 2 and set(here) == set(seats):
            return "everybody"
        return and_([self.name(seat) for seat in seats])

    def title(self, key: str) -> str:
        """Give what people call a status or a rule."""
        return title_of(self.pack, key)


def title_of(pack: Pack, key: str) -> str:
    """Give the title of the rule so called, or else of the one that gives the status so called."""
    rule = pack.rules.get(key)
    if rule is None:
        giving = [
            rule
            for rule in pack.rules.values()
            if any(getattr(effect, "key", None) == key for effect in rule.effects)
        ]
        rule = giving[0] if giving else None
    return shown(key if rule is None else rule.title)


def names_in(*views: RoomView | None) -> dict[str, str]:
    """Give the names of all seats in these views; where they differ, the last."""
    return {
        player.id: shown(player.name)
        for view in views
        if view is not None
        for player in view.players
    }


def tell(
    events: tuple[Event | ShownEvent, ...],
    *,
    before: RoomView | None,
    after: RoomView,
    pack: Pack,
    words: Wording,
    signs: Signs,
) -> list[Line]:
    """Tell what the events of one entry made happen.

    Args:
        events: its public events, in order, as the log has them or as they are shown.
        before: the view before it; None for the entry that made the room.
        after: the view after it.
        pack: that the room plays, or for the entry that ends a round played.
        words: how penalties are worded.
        signs: that cards are written with.
    """
    names = names_in(before, after)
    links = [] if before is None else [(link.from_, link.to) for link in before.links]
    scene = Scene(before, after, pack, words, signs, events, names, links)
    lines = []
    for event in events:
        kind, sentence = TOLD[_kind_of(event)]
        told = sentence(scene, event)
        if told:
            lines.append(Line(told[0].upper() + told[1:], kind))
        if isinstance(event, CardPicked) and event.rule in pack.rules:
            lines.append(Line(shown(pack.rules[event.rule].text), "text"))
            lines += [Line(told, "penalty") for told in _empty_teams(scene, event)]
    return lines


_SHOWN_FOR: Mapping[Any, type[Event]] = {form: event for event, form in SHOWN_AS.items()}
"""Events that leave the server in another form, and what they tell of."""


def _kind_of(event: Any) -> type[Event]:
    kind: type[Event] = _SHOWN_FOR.get(type(event), type(event))
    return kind


def _pack_title(scene: Scene, pack: Pack | PackView) -> str:
    if isinstance(pack, Pack):
        return shown(pack.title)
    return shown(scene.pack.title if pack.digest == scene.pack.digest else pack.name)


# ------------------------------------------------------------------ people


def _joined(scene: Scene, event: PlayerJoined | PlayerJoinedView) -> str:
    scene.names.setdefault(event.seat, shown(event.name))
    return f"{scene.name(event.seat)} sits down."


def _left(scene: Scene, event: PlayerLeft) -> str:
    how = "has to leave" if event.reason == "kicked" else "leaves"
    return f"{scene.name(event.seat)} {how}."


def _updated(scene: Scene, event: PlayerUpdated | PlayerUpdatedView) -> str:
    told = []
    old = names_in(scene.before).get(event.seat) or shown(event.seat)
    if isinstance(event.name, str):
        told.append(f"{old} is called {shown(event.name)} now")
    if event.team is not UNSET:
        team = f"in team {event.team.upper()}" if isinstance(event.team, str) else "in no team"
        told.append(f"{scene.name(event.seat)} is {shown(team)} now")
    return f"{and_(told) or f'{scene.name(event.seat)} looks different now'}."


# ------------------------------------------------------------------ rounds and cards

_ENDS = {
    "last_king": "the last king is out",
    "ring_broken": "the ring is broken",
    "ring_empty": "no card is left",
    "host": "the host ended it",
}


def _ended(_: Scene, event: RoundEnded) -> str:
    return f"round {event.number} is over: {_ENDS.get(event.reason, shown(event.reason))}."


def _picked(scene: Scene, event: CardPicked) -> str:
    card = card_text(event.card, scene.signs)
    return f"{scene.name(event.seat)} draws {card} from slot {event.slot + 1}: {_of(scene, event)}."


def _of(scene: Scene, event: CardPicked | GameCalled) -> str:
    rule = scene.pack.rules.get(event.rule)
    return shown(event.rule if rule is None else rule.title)


def _empty_teams(scene: Scene, event: CardPicked) -> list[str]:
    """Tell which teams a card would hit if somebody was in them."""
    told = []
    for effect in scene.pack.rules[event.rule].effects:
        team = getattr(effect, "who", "").removeprefix("team:")
        if f"team:{team}" != getattr(effect, "who", "") or not _holds(effect.when, event):
            continue
        members = [player for player in scene.after.players if player.team == team]
        if not members:
            told.append(
                f"Nobody is in team {team.upper()}, so nobody gets it "
                f"(team {team} NAMES puts people there)."
            )
        elif all(player.away for player in members):
            told.append(f"All of team {team.upper()} are away, so nobody gets it.")
    return list(dict.fromkeys(told))


def _holds(when: str | None, event: CardPicked) -> bool:
    held = {
        "last": event.last,
        "not_last": not event.last,
        "red": event.card.red,
        "black": event.card.black,
    }
    return when is None or held[when]


def _turn(scene: Scene, event: TurnStarted) -> str | None:
    undone = any(isinstance(one, PickUndone | RoundStarted) for one in scene.events)
    if undone or scene.before is None or event.seat != scene.before.current:
        return None
    return f"{scene.name(event.seat)} has another turn."


def _returned(scene: Scene, event: CardsReturned) -> str:
    cards = and_([card_text(card, scene.signs) for card in event.cards])
    return f"back into the ring, and dealt anew with the rest: {cards}."


# ------------------------------------------------------------------ choices


def _owner(scene: Scene, choice: str) -> str:
    for event in scene.events:
        if isinstance(event, ChoiceRequested) and event.choice == choice:
            return scene.name(event.owner)
    view = scene.before
    return scene.name(view.choice.owner if view and view.choice else scene.after.current)


def _chose(scene: Scene, event: ChoiceMade) -> str:
    owner = _owner(scene, event.choice)
    if event.parts:
        pairs = zip(event.value, event.parts, strict=False)
        return f"{owner} hands out: {', '.join([f'{scene.name(s)} {n}' for s, n in pairs])}."
    return f"{owner} chooses {and_([scene.name(seat) for seat in event.value])}."


def _skipped(scene: Scene, event: ChoiceSkipped) -> str:
    asked = [
        one
        for one in scene.events
        if isinstance(one, ChoiceRequested) and one.choice == event.choice
    ]
    if not asked:
        return "the choice is skipped."
    return f"there is nothing to choose from{_why_nothing(scene, asked[0])}."


def _why_nothing(scene: Scene, asked: ChoiceRequested) -> str:
    """Give why a choice was skipped as soon as it was asked for, where that is plain."""
    if asked.candidates:
        return ""
    if asked.kind == "repeal":
        return ": no rule holds"
    if asked.kind == "rule":
        return ": no more rules can be made"
    others = {
        player.id for player in scene.after.players if not player.away and player.id != asked.owner
    }
    bound = {seat for link in scene.links if asked.owner in link for seat in link}
    if others and asked.kind == "players" and others <= bound:
        return f": everybody here is mates with {scene.name(asked.owner)} already"
    return ""


def _verdict(scene: Scene, event: VerdictGiven) -> str:
    return f"{scene.list(event.value) if event.value else 'nobody'} lost."


# ------------------------------------------------------------------ what it costs, what lasts


def _penalty(scene: Scene, event: PenaltyCalled) -> str:
    hit = tuple([seat for seat in event.seats if seat in event.drinkers])
    told = f"{scene.list(hit)}: {scene.words.penalty(event.n)}"
    told += " (picked at random)." if event.random is not None else "."
    for seat in event.drinkers:
        if seat not in hit:
            whose = [from_ for from_, to in scene.links if to == seat and from_ in event.drinkers]
            why = f"mate of {and_([scene.name(one) for one in whose])}" if whose else "mate"
            told += f" {scene.name(seat)} too ({why})."
    return told


def _status(scene: Scene, event: StatusSet) -> str:
    verb = "keeps this card" if event.until == "used" else "now"
    return f"{scene.title(event.key)}: {scene.name(event.holder)} {verb}."


_CLEARED = {"used": "used up", "toggled": "switched off", "expired": "over", "left": "free again"}


def _cleared(scene: Scene, event: StatusCleared) -> str:
    why = _CLEARED.get(event.reason, shown(event.reason))
    whose = "" if event.holder is None else f" ({scene.name(event.holder)})"
    return f"{scene.title(event.key)}{whose} is {why}."


def _bound(scene: Scene, event: LinkAdded) -> str:
    scene.links.append((event.from_, event.to))
    from_, to = scene.name(event.from_), scene.name(event.to)
    return f"{to} is {from_}'s mate: whatever {from_} gets, {to} gets too."


def _unbound(scene: Scene, event: LinkRemoved) -> str:
    return f"{scene.name(event.to)} is {scene.name(event.from_)}'s mate no longer."


def _rule(scene: Scene, event: RuleAdded) -> str:
    whom = "" if event.for_ is None else f" for {scene.name(event.for_)}"
    return f"new rule {shown(event.rule)}{whom}, by {scene.name(event.author)}: {shown(event.text)}"


def _repealed(scene: Scene, event: RuleRepealed) -> str:
    texts = {} if scene.before is None else {rule.id: rule.text for rule in scene.before.rules}
    text = texts.get(event.rule)
    return f"rule {shown(event.rule)} no longer holds{f': {shown(text)}' if text else '.'}"


def _filled(scene: Scene, event: CupFilled) -> str:
    return f"{scene.words.cup_filled} ({event.pours} poured)."


def _served(scene: Scene, event: CupServed) -> str:
    whom = scene.list(event.seats) if event.seats else scene.name(None)
    return f"{whom}: {scene.words.cup_served}."


def _game(scene: Scene, event: GameCalled) -> str:
    if event.order:
        names = [scene.name(seat) for seat in event.order]
        return f"{_of(scene, event)}: {names[0]} begins, then {', '.join(names[1:])}."
    return f"{_of(scene, event)}, played by {scene.list(event.players)}."


Sentence = Callable[[Scene, Any], str | None]

TOLD: Mapping[type[Event], tuple[str, Sentence]] = {
    RoomCreated: ("people", lambda s, e: f"room {shown(e.room)} plays {_pack_title(s, e.pack)}."),
    RoomLocked: ("people", lambda _s, _e: "the room is locked."),
    RoomUnlocked: ("people", lambda _s, _e: "the room is open again."),
    RoomClosed: ("end", lambda _s, _e: "the room is closed."),
    RoomMoved: ("people", lambda _s, e: f"the room lives at {shown(e.to)} now."),
    PlayerJoined: ("people", _joined),
    PlayerLeft: ("people", _left),
    PlayerUpdated: ("people", _updated),
    AwayChanged: (
        "people",
        lambda s, e: f"{s.name(e.seat)} is {'away' if e.away else 'back'}.",
    ),
    HostChanged: ("people", lambda s, e: f"{s.name(e.seat)} is the host."),
    SeatsChanged: ("people", lambda s, e: f"the seats: {', '.join(map(s.name, e.seats))}."),
    PackChanged: ("people", lambda s, e: f"the next round is {_pack_title(s, e.pack)}."),
    OptionsChanged: (
        "people",
        lambda _s, e: f"the options changed; penalties are {e.options.tone}.",
    ),
    NonceAdded: ("people", lambda s, e: f"{s.name(e.seat)} stirs the shuffle."),
    RoundStarted: (
        "card",
        lambda _s, e: (
            f"round {e.number}: {e.size} cards lie in the ring, "
            f"{e.kings} of them {'a king' if e.kings == 1 else 'kings'}."
        ),
    ),
    RingDealt: ("plain", lambda _s, _e: None),
    TurnStarted: ("people", _turn),
    TurnSkipped: ("people", lambda s, e: f"{s.name(e.seat)}'s turn is skipped."),
    DirectionReversed: ("game", lambda _s, _e: "play turns round and goes the other way."),
    RoundPaused: ("end", lambda _s, _e: "fewer than two are here, so the game waits."),
    RoundResumed: ("people", lambda _s, _e: "the game goes on."),
    RoundEnded: ("end", _ended),
    CardPicked: ("card", _picked),
    PickUndone: ("people", lambda s, e: f"{s.name(e.seat)}'s card is taken back."),
    StateRestored: (
        "text",
        lambda _s, _e: "all is as before, and the face-down cards are dealt anew.",
    ),
    RingBroken: ("penalty", lambda _s, _e: "the ring is broken!"),
    CardsReturned: ("card", _returned),
    ChoiceRequested: ("plain", lambda _s, _e: None),
    ChoiceMade: ("plain", _chose),
    ChoiceSkipped: ("plain", _skipped),
    VerdictGiven: ("game", _verdict),
    PenaltyCalled: ("penalty", _penalty),
    StatusSet: ("game", _status),
    StatusCleared: ("game", _cleared),
    PowerUsed: ("game", lambda s, e: f"{s.name(e.seat)} uses: {s.title(e.key)}."),
    LinkAdded: ("game", _bound),
    LinkRemoved: ("game", _unbound),
    RuleAdded: ("game", _rule),
    RuleRepealed: ("game", _repealed),
    CupFilled: ("game", _filled),
    CupServed: ("penalty", _served),
    GameCalled: ("game", _game),
    Noted: ("plain", lambda _s, _e: None),
}
"""How each event is told: the kind of its line, and the sentence; None where there is none."""


# ------------------------------------------------------------------ refusals

REFUSALS: Mapping[Reason, str] = {
    Reason.BAD_NAME: "That is no name: {why}.",
    Reason.BAD_OPTION: "There is no such option, or not with that value.",
    Reason.BAD_PACK: "There is no such pack.",
    Reason.BAD_SLOT: "There is no such slot: there are {size}.",
    Reason.BAD_SPLIT: "That does not add up: hand out {amount}.",
    Reason.BAD_VALUE: "That cannot be: {why}.",
    Reason.CHOICE_PENDING: "Something has to be chosen first.",
    Reason.ID_REUSED: "That was asked before in other words.",
    Reason.NAME_TAKEN: "Somebody has that name, or one that looks like it.",
    Reason.NO_CHANGE: "That is so already.",
    Reason.NO_RULE_CREDIT: "There is no rule to make now.",
    Reason.NO_SUCH_CHOICE: "There is nothing like that to choose now.",
    Reason.NO_SUCH_RULE: "There is no such rule.",
    Reason.NOT_CANDIDATE: "That is not among the choices.",
    Reason.NOT_HOLDER: "They do not hold that.",
    Reason.NOT_HOST: "That is for the host.",
    Reason.NOT_MEMBER: "Nobody here has that seat.",
    Reason.NOT_YOUR_TURN: "It is somebody else's turn.",
    Reason.NOTHING_TO_UNDO: "There is nothing to take back, or it was taken back before.",
    Reason.PAUSED: "The game waits until two are here.",
    Reason.ROOM_FULL: "All {capacity} seats are taken.",
    Reason.ROOM_LOCKED: "The room is locked.",
    Reason.SLOT_TAKEN: "That slot is empty: its card was taken.",
    Reason.STALE: "The game has gone on meanwhile.",
    Reason.TOKEN_DEAD: "That seat was given up.",
    Reason.TOO_EARLY: "It is too early for that.",
    Reason.TOO_FEW_PLAYERS: "It takes at least {least} who are here.",
    Reason.TOO_LONG: "That is too long.",
    Reason.TOO_MANY_RULES: "{limit} rules hold already, and that is all there can be.",
    Reason.UNKNOWN_PLAYER: "There is nobody like that to do this with.",
    Reason.UNKNOWN_ROOM: "There is no such room.",
    Reason.WRONG_PHASE: "That cannot be done now.",
}
"""Why not, for people; what stands in braces is in the refusal's data."""


class _Data(dict[str, object]):
    def __missing__(self, _: str) -> str:
        return "not so"


def refusal(rejected: Rejected) -> str:
    """Tell people why a command was refused."""
    if rejected.reason is Reason.BAD_NAME and rejected.data.get("why") == "too long":
        return f"That is no name: too long, {NAME_POINTS} letters at the most."
    if rejected.reason is Reason.TOO_LONG and "limit" in rejected.data:
        return f"That is too long: {rejected.data['limit']} letters at the most."
    return shown(REFUSALS[rejected.reason].format_map(_Data(rejected.data)))
