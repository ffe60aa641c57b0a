"""The engine against a second, naive one, which is written from game.md alone.

The model keeps plain lists and dicts, leaves people who have left in their place as ghosts, and
takes nothing from the engine but the faces of the cards that are turned over.
"""

import copy
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ringofire.engine import apply, decide
from ringofire.entry import Command, Event
from ringofire.errors import Rejected
from ringofire.log import make_entry
from ringofire.packs.load import SHIPPED, inline_pack, shipped_pack
from ringofire.packs.pack import Pack
from ringofire.room.commands import (
    CreateRoom,
    JoinRoom,
    KickPlayer,
    LeaveRoom,
    LockRoom,
    SetAway,
    TransferHost,
    UnlockRoom,
    UpdateProfile,
)
from ringofire.room.state import Room
from ringofire.round.commands import (
    AddRule,
    Choose,
    EndRound,
    GiveVerdict,
    PickCard,
    RepealRule,
    SkipChoice,
    SkipTurn,
    StartRound,
    UndoPick,
    UsePower,
)
from ringofire.round.events import CardPicked
from ringofire.view import RoomView, view

Plain = dict[str, Any]

CAP = {"rule_max": 2, "capacity": 6}

CARDS: dict[str, list[Plain]] = {
    "A": [{"do": "turn", "op": "reverse"}, {"do": "penalty", "who": "prev"}],
    "2": [{"do": "turn", "op": "again"}, {"do": "status", "key": "it", "until": "next_turn"}],
    "3": [{"do": "status", "key": "held", "until": "used", "stack": True, "who": "left"}],
    "4": [{"do": "status", "until": "toggle", "who": "table"}, {"do": "cup", "op": "serve"}],
    "5": [{"do": "link", "mode": "both", "until": "turns:3"}, {"do": "penalty", "who": "sides"}],
    "6": [{"do": "link", "until": "replaced", "who": "right", "dissolve_when_all": True}],
    "7": [{"do": "penalty", "who": "all", "when": "red"}, {"do": "penalty", "who": "team:a"}],
    "8": [
        {"do": "game", "who": "pick", "order": "choose", "lose": "one"},
        {"do": "status", "who": "loser", "key": "it", "until": "turns:2"},
        {"do": "cup", "op": "serve", "who": "loser"},
    ],
    "9": [{"do": "rule", "who": "pick", "until": "next_turn"}, {"do": "cup"}],
    "10": [{"do": "rule", "until": "replaced"}, {"do": "rule", "op": "repeal"}],
    "J": [{"do": "penalty", "who": "split", "n": "rank", "cap": 3}, {"do": "note"}],
    "Q": [{"do": "ring", "op": "return", "ranks": ["2", "4", "K"]}],
    "K": [
        {"do": "cup", "when": "not_last"},
        {"do": "cup", "op": "serve", "who": "others", "when": "last"},
        {"do": "game", "lose": "many"},
        {"do": "penalty", "who": "pick", "pick": 2},
    ],
}

ALL = inline_pack(
    {
        "title": "All",
        "ring": "gap:3",
        "break": {"do": "penalty", "who": "pick"},
        "cards": {rank: f"rule {rank}" for rank in CARDS},
        "rules": {
            f"rule {rank}": {"title": rank, "text": rank, "effects": effects}
            for rank, effects in CARDS.items()
        },
    }
)
KNOT = inline_pack(
    {
        "title": "Knot",
        "cards": {"A-6": "tie", "7-9": "more", "10-K": "talk"},
        "rules": {
            "tie": {"title": "Tie", "text": "Tie", "effects": [{"do": "link"}]},
            "more": {
                "title": "More",
                "text": "More",
                "effects": [{"do": "turn", "op": "again"}, {"do": "penalty", "who": "pick"}],
            },
            "talk": {"title": "Talk", "text": "Talk", "effects": CARDS["8"]},
        },
    }
)
SMALL = inline_pack({"title": "Small", "base": "se_ring", "deck": {"from": "10"}})
PACKS = {"all": ALL, "knot": KNOT, "small": SMALL, **{name: shipped_pack(name) for name in SHIPPED}}

WORTH = {"A": 1, "J": 11, "Q": 12, "K": 13, **{str(n): n for n in range(2, 11)}}


class Model:
    """A room, its people and one round, as plain as can be."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack.resolved
        self.people: list[Plain] = []  # in seat order; who left stays as a ghost
        self.host: str | None = None
        self.locked = False
        self.phase = "lobby"
        self.turn: str | None = None
        self.rule_count = 0
        self.round: Plain = {}
        self.saved: Plain | None = None

    # -------------------------------------------------------------- people

    def members(self) -> list[Plain]:
        return [one for one in self.people if not one["gone"]]

    def present(self) -> list[str]:
        return [one["id"] for one in self.members() if not one["away"]]

    def next_to(self, seat: str, step: int) -> str | None:
        """The nearest present seat on that side, somebody else if there is one."""
        place = [one["id"] for one in self.people].index(seat)
        around = [
            self.people[(place + step * n) % len(self.people)]
            for n in range(1, len(self.people) + 1)
        ]
        return next((one["id"] for one in around if one["id"] in self.present()), None)

    def join(self) -> None:
        self.people.append(
            {"id": f"p{len(self.people) + 1}", "away": False, "gone": False, "team": None}
        )
        self.host = self.host or "p1"
        self.somebody_came()

    def somebody_came(self) -> None:
        if self.phase == "playing" and len(self.present()) == 1 and not self.round["choice"]:
            self.pass_turn()

    def leave(self, seat: str) -> None:
        person = next(one for one in self.people if one["id"] == seat)
        person["gone"] = True
        if self.round:
            states = [self.round] + ([self.saved] if self.saved else [])
            for state in states:
                state["statuses"] = [s for s in state["statuses"] if s["holder"] != seat]
                state["links"] = [x for x in state["links"] if seat not in (x["from"], x["to"])]
            if self.saved and self.saved["turn"] == seat:
                self.saved = None
            if self.saved and self.saved["verdict"]:
                candidates = self.saved["verdict"]["candidates"]
                self.saved["verdict"]["candidates"] = [one for one in candidates if one != seat]
        if self.phase == "playing":
            self.vanish(seat)
        if not self.members():
            self.phase = "closed"
            self.host = None
        elif seat == self.host:
            heirs = sorted(self.members(), key=lambda one: (one["away"], int(one["id"][1:])))
            self.host = heirs[0]["id"]

    def set_away(self, seat: str, away: bool) -> None:  # noqa: FBT001
        next(one for one in self.people if one["id"] == seat)["away"] = away
        self.saved = None
        if self.phase != "playing":
            return
        if away:
            self.vanish(seat)
        else:
            self.somebody_came()

    def vanish(self, seat: str) -> None:
        """Somebody is not at the table any more: no candidate, and maybe it was their turn."""
        round_ = self.round
        choice, verdict = round_["choice"], round_["verdict"]
        if verdict:
            verdict["candidates"] = [one for one in verdict["candidates"] if one != seat]
        if not choice:
            if round_["turn"] == seat and self.present():
                self.pass_turn()
            return
        named = [one for answer in choice["answers"] for one in answer]
        was_one = seat in choice["candidates"]
        choice["candidates"] = [one for one in choice["candidates"] if one != seat]
        if choice["kind"] == "players":
            choice["count"] = min(choice["count"], len(choice["candidates"]))
        if choice["owner"] == seat:
            self.drop_rest()
        elif seat in named or (was_one and not choice["candidates"]):
            round_["choice"] = None
            self.go_on()

    # -------------------------------------------------------------- turns

    def start(self) -> None:
        last = self.round.get("last_drawer")
        full = {f"{rank}{suit}" for rank in WORTH for suit in "CDHS"}
        lowest = self.pack["deck"].get("from")
        if lowest:
            full = {c for c in full if c[:-1] in "AJQK" or WORTH[c[:-1]] >= WORTH[lowest]}
        first = self.present()[0] if last is None else self.next_to(last, 1)
        self.phase = "playing"
        self.saved = None
        self.round = {
            "deck": full,
            "size": len(full),
            "picked": [],
            "returned": [],
            "next": 0,
            "broken": False,
            "direction": 1,
            "statuses": [],
            "links": [],
            "rules": [],
            "pours": 0,
            "served": None,
            "choice": None,
            "verdict": None,
            "draw": None,
            "todo": [],
            "turns": 0,
            "extra": 0,
            "picks": 0,
            "undone": False,
            "last_drawer": last,
        }
        assert first is not None
        self.start_turn(first)

    def start_turn(self, seat: str, extra: int = 0) -> None:
        round_ = self.round
        round_["turn"], round_["extra"], round_["undone"] = seat, extra, False
        round_["turns"] += 1

        def holds(one: Plain) -> bool:
            until = one["until"]
            if until == "next_turn":
                return not (one["drawer"] == seat and one["since"] < round_["turns"])
            if until.startswith("turns:"):
                return bool(round_["turns"] < one["since"] + int(until[6:]))
            return True

        for kind in ("statuses", "links", "rules"):
            round_[kind] = [one for one in round_[kind] if holds(one)]

    def pass_turn(self) -> None:
        seat = self.next_to(self.round["turn"], self.round["direction"])
        if seat is not None:
            self.start_turn(seat)

    def empty(self) -> set[int]:
        return {slot for slot, _, _ in self.round["picked"]}

    def free_slot(self) -> int:
        round_ = self.round
        around = [(round_["next"] + n) % round_["size"] for n in range(round_["size"])]
        return int(next(slot for slot in around if slot not in self.empty()))

    def kings_left(self) -> int:
        return 4 - len([card for _, card, _ in self.round["picked"] if card[0] == "K"])

    def gap(self, slot: int) -> int:
        """How many neighbouring slots are empty around this one."""
        size, empty = self.round["size"], self.empty()
        if len(empty) == size:
            return int(size)
        low = high = slot
        while (low - 1) % size in empty:
            low -= 1
        while (high + 1) % size in empty:
            high += 1
        return high - low + 1

    def pick(self, slot: int, card: str) -> None:
        round_ = self.round
        seat = round_["turn"]
        self.saved = None if round_["undone"] else copy.deepcopy(round_)
        previous = round_["draw"] and round_["draw"]["seat"]
        round_["picked"].append((slot, card, seat))
        round_["next"] = (slot + 1) % round_["size"]
        round_["picks"] += 1
        round_["last_drawer"] = seat
        round_["verdict"] = None
        last = self.kings_left() == 0
        ring = self.pack["ring"]
        wide = ring != "off" and self.gap(slot) >= int(ring[4:])
        red = card[-1] in "DH"
        when = {"last": last, "not_last": not last, "red": red, "black": not red}
        rule_ = (
            self.pack["cards"].get(card[:-1])
            or self.pack["cards"][card[:-1] + ("r" if red else "b")]
        )
        plan = [
            {"key": rule_, **effect}
            for effect in self.pack["rules"][rule_]["effects"]
            if "when" not in effect or when[effect["when"]]
        ]
        round_["draw"] = {
            "seat": seat,
            "card": card,
            "plan": plan,
            "previous": previous,
            "breaks": wide and not round_["broken"],
            "dropped": False,
        }
        round_["todo"] = [effect for effect in plan if effect.get("who") != "loser"]
        self.go_on()

    def go_on(self) -> None:
        """Do what is left of the card, until a choice is open or the next turn has begun."""
        round_ = self.round
        draw = round_["draw"]
        while round_["todo"]:
            self.perform(round_["todo"].pop(0))
            if round_["choice"]:
                return
        if draw["breaks"]:
            draw["breaks"] = False
            round_["broken"] = True
            if self.pack["end"] != "ring":
                self.perform(self.pack["break"])
                if round_["choice"]:
                    return
        ended = len(round_["picked"]) == round_["size"]
        ended |= self.pack["end"] == "last:K" and self.kings_left() == 0
        ended |= self.pack["end"] == "ring" and round_["broken"]
        if ended:
            self.end()
        elif round_["extra"] and not draw["dropped"] and draw["seat"] in self.present():
            self.start_turn(draw["seat"], round_["extra"] - 1)
        else:
            self.pass_turn()

    def drop_rest(self) -> None:
        self.round["choice"] = None
        self.round["todo"] = []
        self.round["draw"]["dropped"] = True
        self.go_on()

    def end(self) -> None:
        self.phase = "ended"
        self.saved = None
        self.round["choice"] = self.round["verdict"] = None

    def undo(self) -> None:
        assert self.saved is not None
        before, self.saved = self.saved, None
        turns = before["turns"]
        self.round = before
        self.round["turns"] = turns - 1
        self.start_turn(before["turn"], before["extra"])
        self.round["undone"] = True

    # -------------------------------------------------------------- effects

    def ask(self, kind: str, effect: Plain, seats: list[str], count: int = 1, **more: Any) -> None:
        draw = self.round["draw"]
        if draw["dropped"] or draw["seat"] not in self.present():
            return
        if seats or kind == "rule":
            self.round["choice"] = {
                "kind": kind,
                "owner": draw["seat"],
                "candidates": seats,
                "count": min(count, len(seats)) if kind == "players" else count,
                "effect": effect,
                "answers": more.get("answers", []),
            }

    def others(self) -> list[str]:
        return [seat for seat in self.present() if seat != self.round["draw"]["seat"]]

    def reach(self, who: str, key: str = "") -> list[str]:
        draw = self.round["draw"]
        drawer = draw["seat"]
        sides = {"left": [1], "right": [-1], "sides": [1, -1]}
        found: list[str | None]
        if who == "drawer":
            found = [drawer]
        elif who in sides:
            found = [self.next_to(drawer, step) for step in sides[who]]
            found = [seat for seat in found if seat != drawer]
        elif who == "prev":
            found = [draw["previous"]]
        elif who == "all":
            found = [*self.present()]
        elif who == "others":
            found = [*self.others()]
        elif who.startswith("team:"):
            found = [one["id"] for one in self.members() if one["team"] == who[-1]]
        else:
            assert who == "holder"
            found = [s["holder"] for s in self.round["statuses"] if s["key"] == key]
        return [seat for seat in self.present() if seat in found]

    def drinkers(self, seats: list[str]) -> list[str]:
        """Everybody who drinks when these do: again and again, until nobody is added."""
        drinking = set(seats)
        here = set(self.present())
        while True:
            more = {
                link["to"]
                for link in self.round["links"]
                if link["from"] in drinking and link["to"] in here
            }
            if more <= drinking:
                return [seat for seat in self.present() if seat in drinking]
            drinking |= more

    def hit(self, seats: list[str]) -> None:
        if seats and self.drinkers(seats) == self.present():
            self.round["links"] = [x for x in self.round["links"] if not x["dissolves"]]

    def amount(self, effect: Plain) -> int:
        n = effect.get("n", 1)
        worth = WORTH[self.round["draw"]["card"][:-1]] if n == "rank" else n
        return int(min(worth, effect.get("cap", 20), self.pack["limits"].get("n", 20)))

    def perform(self, effect: Plain, answers: list[list[str]] | None = None) -> None:
        getattr(self, "do_" + effect["do"])(effect, answers or [])

    def do_penalty(self, effect: Plain, answers: list[list[str]]) -> None:
        n, who = self.amount(effect), effect.get("who", "drawer")
        if n == 0:
            return
        if answers:
            self.hit(answers[0])
        elif who == "split":
            self.ask("split", effect, self.present(), n)
        elif who == "pick":
            self.ask("players", effect, self.others(), effect.get("pick", 1))
        else:
            self.hit(self.reach(who, effect.get("key", "")))

    def do_status(self, effect: Plain, answers: list[list[str]]) -> None:
        round_, key, until = self.round, effect["key"], effect.get("until", "replaced")
        who = effect.get("who", "drawer")
        same = [one for one in round_["statuses"] if one["key"] == key]
        if until == "toggle" and same:
            round_["statuses"] = [one for one in round_["statuses"] if one["key"] != key]
            return
        holders: list[str | None]
        holders = [None] if who == "table" else [*(answers[0] if answers else self.reach(who))]
        for holder in holders[:1]:
            if not effect.get("stack"):
                round_["statuses"] = [one for one in round_["statuses"] if one["key"] != key]
            round_["statuses"].append(
                {
                    "key": key,
                    "holder": holder,
                    "until": until,
                    "since": round_["turns"],
                    "drawer": round_["draw"]["seat"],
                }
            )

    def do_link(self, effect: Plain, answers: list[list[str]]) -> None:
        round_, key, until = self.round, effect["key"], effect.get("until", "round")
        drawer, who = round_["draw"]["seat"], effect.get("who", "pick")
        old = [x for x in round_["links"] if x["key"] == key and x["until"] == "replaced"]
        kept = [x for x in round_["links"] if x not in old]

        def new(target: str) -> list[tuple[str, str]]:
            pairs = [(drawer, target), (target, drawer)]
            both = effect.get("mode") == "both"
            known = [(x["from"], x["to"]) for x in kept]
            return [pair for pair in (pairs if both else pairs[:1]) if pair not in known]

        if who == "pick" and not answers:
            self.ask("players", effect, [seat for seat in self.others() if new(seat)])
            return
        for target in answers[0] if answers else self.reach(who):
            if new(target):
                round_["links"] = kept + [
                    {
                        "from": from_,
                        "to": to,
                        "key": key,
                        "until": until,
                        "since": round_["turns"],
                        "drawer": drawer,
                        "dissolves": effect.get("dissolve_when_all", False),
                    }
                    for from_, to in new(target)
                ]

    def replaced(self, effect: Plain) -> list[Plain]:
        rules = self.round["rules"]
        return [r for r in rules if r["key"] == effect["key"] and r["until"] == "replaced"]

    def do_rule(self, effect: Plain, answers: list[list[str]]) -> None:
        rules = self.round["rules"]
        if effect.get("op") == "repeal":
            self.ask("repeal", effect, [rule_["id"] for rule_ in rules])
        elif len(rules) >= CAP["rule_max"] and not self.replaced(effect):
            return
        elif effect.get("who") == "pick" and not answers:
            self.ask("players", effect, self.others())
        else:
            self.ask("rule", effect, [], answers=answers)

    def write(self, author: str, text: str, effect: Plain | None, for_: str | None) -> None:
        round_ = self.round
        gone = self.replaced(effect) if effect else []
        self.rule_count += 1
        made = {
            "id": f"r{self.rule_count}",
            "text": text,
            "author": author,
            "for": for_,
            "key": effect["key"] if effect else "",
            "until": effect.get("until", "round") if effect else "round",
            "since": round_["turns"],
            "drawer": author,
            "picks": round_["picks"],
        }
        round_["rules"] = [one for one in round_["rules"] if one not in gone] + [made]

    def do_cup(self, effect: Plain, answers: list[list[str]]) -> None:
        round_, who = self.round, effect.get("who", "drawer")
        if effect.get("op", "fill") == "fill":
            round_["pours"] += 1
            return
        seats = answers[0] if answers else self.reach(who)
        if seats:
            round_["pours"], round_["served"] = 0, seats

    def do_game(self, effect: Plain, answers: list[list[str]]) -> None:
        drawer = self.round["draw"]["seat"]
        players, rest = self.present(), answers[:]
        if effect.get("who") == "pick":
            if not rest:
                self.ask("players", effect, self.others())
                return
            chosen = rest.pop(0)
            players = [seat for seat in players if seat == drawer or seat in chosen]
        if effect.get("order") == "choose" and not rest:
            both = ["clockwise", "counterclockwise"]
            self.ask("order", effect, both, answers=answers)
            return
        lose = effect.get("lose", "none")
        if lose != "none":
            self.round["verdict"] = {
                "kind": lose,
                "candidates": [drawer] if lose == "drawer" else players,
                "value": None,
            }

    def do_turn(self, effect: Plain, _: list[list[str]]) -> None:
        if effect["op"] == "again":
            self.round["extra"] += 1
        else:
            self.round["direction"] *= -1

    def do_ring(self, effect: Plain, _: list[list[str]]) -> None:
        round_ = self.round
        back = [
            pick
            for pick in round_["picked"][:-1]
            if pick[1][:-1] in effect["ranks"] and pick[1] not in round_["returned"]
        ]
        round_["returned"] += [card for _, card, _ in back]
        round_["picked"] = [pick for pick in round_["picked"] if pick not in back]

    def do_note(self, effect: Plain, _: list[list[str]]) -> None:
        pass

    # -------------------------------------------------------------- answers

    def choose(self, value: list[str]) -> None:
        choice, self.round["choice"] = self.round["choice"], None
        self.perform(choice["effect"], [*choice["answers"], value])
        if not self.round["choice"]:
            self.go_on()

    def share(self, parts: dict[str, int]) -> None:
        self.round["choice"] = None
        for seat in self.present():
            if seat in parts:
                self.hit([seat])
        self.go_on()

    def give_verdict(self, losers: list[str]) -> None:
        self.saved = None
        self.round["verdict"]["value"] = losers
        if losers:
            for effect in self.round["draw"]["plan"]:
                if effect.get("who") == "loser":
                    self.perform(effect, [losers])


class Game(RuleBasedStateMachine):
    """Whatever people do, the view shows what the model says."""

    room: Room
    model: Model
    events: tuple[Event, ...] = ()
    sent = 0

    def send(self, kind: type[Command], by: str | None, **fields: Any) -> None:
        self.sent += 1
        made: Any = kind
        asked: Command = made(id=f"i{self.sent}", by=by, at=self.sent * 1000, **fields)
        entry = make_entry(self.room, asked, decide(self.room, asked))
        self.room = apply(self.room, entry)
        self.events = entry.events

    def refused(self, kind: type[Command], by: str | None, **fields: Any) -> None:
        try:
            self.send(kind, by, **fields)
        except Rejected:
            return
        raise AssertionError(f"{kind.__name__} by {by} was not refused")

    @initialize(name=st.sampled_from(sorted(PACKS)), people=st.integers(1, 4))
    def create(self, name: str, people: int) -> None:
        pack = PACKS[name]
        self.room = Room()
        self.model = Model(pack)
        self.send(
            CreateRoom,
            None,
            room="MODEL1",
            name="Ann",
            token_hash=b"\x01" * 32,
            master=bytes(32),
            pack=pack,
            options=CAP,
        )
        self.model.join()
        for _ in range(people):
            self.join()

    # -------------------------------------------------------------- what may happen

    def live(self) -> bool:
        return self.model.phase == "playing" and len(self.model.present()) > 1

    def choosing(self) -> bool:
        return self.live() and self.model.round["choice"] is not None

    def one(self, n: int) -> str:
        members = self.model.members()
        return str(members[n % len(members)]["id"])

    def alive(self) -> bool:
        return self.model.phase != "closed"

    def join(self) -> None:
        token = (self.sent + 2).to_bytes(32, "big")
        fields: Plain = {"name": f"Name {self.sent}", "token_hash": token}
        if self.model.locked or len(self.model.members()) >= CAP["capacity"]:
            self.refused(JoinRoom, None, **fields)
        else:
            self.send(JoinRoom, None, **fields)
            self.model.join()

    @precondition(alive)
    @rule()
    def somebody_joins(self) -> None:
        self.join()

    @precondition(lambda self: self.alive() and len(self.model.members()) > 2)
    @rule(n=st.integers(0, 5), kicked=st.booleans())
    def somebody_leaves(self, n: int, kicked: bool) -> None:  # noqa: FBT001
        seat = self.one(n)
        if kicked and seat != self.model.host:
            self.send(KickPlayer, self.model.host, seat=seat)
        else:
            self.send(LeaveRoom, seat)
        self.model.leave(seat)

    @precondition(lambda self: self.alive() and len(self.model.members()) == 1)
    @rule()
    def the_last_one_leaves(self) -> None:
        seat = self.one(0)
        self.send(LeaveRoom, seat)
        self.model.leave(seat)

    @precondition(alive)
    @rule(n=st.integers(0, 5))
    def somebody_goes_or_comes_back(self, n: int) -> None:
        seat = self.one(n)
        away = seat in self.model.present()
        self.send(SetAway, seat, away=away)
        self.model.set_away(seat, away)

    @precondition(alive)
    @rule()
    def the_lock_turns(self) -> None:
        self.send(UnlockRoom if self.model.locked else LockRoom, self.model.host)
        self.model.locked = not self.model.locked

    @precondition(alive)
    @rule(n=st.integers(0, 5))
    def another_is_host(self, n: int) -> None:
        seat = self.one(n)
        if seat != self.model.host:
            self.send(TransferHost, self.model.host, seat=seat)
            self.model.host = seat

    @precondition(alive)
    @rule(n=st.integers(0, 5), team=st.sampled_from(["a", "b", None]))
    def somebody_takes_sides(self, n: int, team: str | None) -> None:
        seat = self.one(n)
        person = next(one for one in self.model.members() if one["id"] == seat)
        if person["team"] != team:
            self.send(UpdateProfile, seat, team=team)
            person["team"] = team

    @precondition(lambda self: self.model.phase in ("lobby", "ended"))
    @rule()
    def a_round_starts(self) -> None:
        if len(self.model.present()) < 2:
            self.refused(StartRound, self.model.host)
        else:
            self.send(StartRound, self.model.host)
            self.model.start()

    def pick(self, slot: int | None) -> None:
        wanted = self.model.free_slot() if slot is None else slot % self.model.round["size"]
        seat = self.model.round["turn"]
        if wanted in self.model.empty():
            self.refused(PickCard, seat, slot=wanted)
            return
        others = [one for one in self.model.present() if one != seat]
        self.refused(PickCard, others[0], slot=wanted)
        self.send(PickCard, seat, slot=None if slot is None else wanted)
        card = next(event.card.text for event in self.events if isinstance(event, CardPicked))
        assert card in self.model.round["deck"]
        assert card not in [up for _, up, _ in self.model.round["picked"]]
        self.model.pick(wanted, card)

    @precondition(lambda self: self.live() and not self.choosing())
    @rule(slot=st.none() | st.integers(0, 51))
    def a_card_is_picked(self, slot: int | None) -> None:
        self.pick(slot)

    @precondition(lambda self: self.live() and not self.choosing())
    @rule(slot=st.integers(0, 51), step=st.integers(1, 2))
    def neighbours_are_picked(self, slot: int, step: int) -> None:
        """Cards side by side, so that rings break."""
        for n in range(3):
            if self.live() and not self.choosing():
                self.pick(slot + step * n)

    @precondition(live)
    @rule(seeds=st.lists(st.integers(0, 100), min_size=3, max_size=12))
    def the_game_goes_on(self, seeds: list[int]) -> None:
        """Cards are picked and choices answered, so that much comes to lie on the table."""
        for n in seeds:
            if self.choosing():
                self.answer(n, by_host=n % 2 == 0)
            elif self.live():
                self.pick(None)

    @precondition(choosing)
    @rule(n=st.integers(0, 100), by_host=st.booleans())
    def a_choice_is_answered(self, n: int, by_host: bool) -> None:  # noqa: FBT001
        self.answer(n, by_host=by_host)

    def answer(self, n: int, *, by_host: bool) -> None:
        choice = self.model.round["choice"]
        by = self.model.host if by_host else choice["owner"]
        open_ = view(self.room).choice
        assert open_ is not None
        candidates = choice["candidates"]
        if choice["kind"] in ("players", "order"):
            value = [candidates[(n + k) % len(candidates)] for k in range(choice["count"])]
            self.send(Choose, by, choice=open_.id, value=tuple(value))
            self.model.choose([one for one in candidates if one in value])
        elif choice["kind"] == "split":
            parts: dict[str, int] = {}
            for k in range(choice["count"]):
                seat = candidates[(n * k) % len(candidates)]
                parts[seat] = parts.get(seat, 0) + 1
            self.send(Choose, by, choice=open_.id, value=parts)
            self.model.share(parts)
        elif choice["kind"] == "rule":
            self.send(AddRule, by, text=f"Rule {n}")
            for_ = choice["answers"][0][0] if choice["answers"] else None
            self.model.round["choice"] = None
            self.model.write(choice["owner"], f"Rule {n}", choice["effect"], for_)
            self.model.go_on()
        else:
            gone = candidates[n % len(candidates)]
            self.send(RepealRule, by, rule=gone)
            self.model.round["choice"] = None
            rules = self.model.round["rules"]
            self.model.round["rules"] = [one for one in rules if one["id"] != gone]
            self.model.go_on()

    @precondition(choosing)
    @rule()
    def a_choice_is_skipped(self) -> None:
        open_ = view(self.room).choice
        assert open_ is not None
        self.send(SkipChoice, open_.owner, choice=open_.id)
        self.model.round["choice"] = None
        self.model.go_on()

    @precondition(lambda self: self.live() and self.model.round["verdict"])
    @rule(n=st.integers(0, 100), by=st.integers(0, 5))
    def a_verdict_is_given(self, n: int, by: int) -> None:
        verdict, open_ = self.model.round["verdict"], view(self.room).verdict
        assert open_ is not None
        count = 1 if verdict["kind"] == "one" else n % (len(verdict["candidates"]) + 1)
        losers = [one for k, one in enumerate(verdict["candidates"]) if (k + n) % 7 < count]
        losers = losers[:count]
        valid = losers != verdict["value"] and (verdict["kind"] != "one" or len(losers) == 1)
        fields: Plain = {"verdict": open_.id, "value": tuple(losers)}
        if valid:
            self.send(GiveVerdict, self.one(by), **fields)
            self.model.give_verdict(losers)
        else:
            self.refused(GiveVerdict, self.one(by), **fields)

    @precondition(lambda self: self.live() and not self.choosing())
    @rule(n=st.integers(0, 100))
    def the_host_makes_a_rule(self, n: int) -> None:
        if len(self.model.round["rules"]) >= CAP["rule_max"]:
            self.refused(AddRule, self.model.host, text="One more")
        else:
            self.send(AddRule, self.model.host, text=f"House {n}")
            assert self.model.host is not None
            self.model.write(self.model.host, f"House {n}", None, None)
            self.model.saved = None

    @precondition(lambda self: self.live() and not self.choosing() and self.model.round["rules"])
    @rule(n=st.integers(0, 5), by=st.integers(0, 5))
    def a_rule_is_repealed(self, n: int, by: int) -> None:
        rules, seat = self.model.round["rules"], self.one(by)
        gone = rules[n % len(rules)]
        fresh = gone["author"] == seat and gone["picks"] == self.model.round["picks"]
        if seat == self.model.host or fresh:
            self.send(RepealRule, seat, rule=gone["id"])
            self.model.round["rules"] = [one for one in rules if one is not gone]
            self.model.saved = None
        else:
            self.refused(RepealRule, seat, rule=gone["id"])

    @precondition(lambda self: self.live() and self.model.round["statuses"])
    @rule(n=st.integers(0, 9), by=st.integers(0, 5))
    def a_power_is_used(self, n: int, by: int) -> None:
        statuses, seat = self.model.round["statuses"], self.one(by)
        power = statuses[n % len(statuses)]
        mine = [one for one in statuses if (one["key"], one["holder"]) == (power["key"], seat)]
        if not mine:
            self.refused(UsePower, seat, key=power["key"])
            return
        self.send(UsePower, seat, key=power["key"])
        self.model.saved = None
        if mine[0]["until"] == "used":
            self.model.round["statuses"] = [one for one in statuses if one is not mine[0]]

    @precondition(live)
    @rule()
    def a_turn_is_skipped(self) -> None:
        self.send(SkipTurn, self.model.host)
        self.model.saved = None
        if self.model.round["choice"]:
            self.model.drop_rest()
        else:
            self.model.pass_turn()
        self.model.saved = None

    @precondition(live)
    @rule()
    def a_pick_is_undone(self) -> None:
        if self.model.saved is None:
            self.refused(UndoPick, self.model.host)
        else:
            self.send(UndoPick, self.model.host)
            self.model.undo()

    @precondition(lambda self: self.model.phase == "playing")
    @rule(sure=st.integers(0, 9))
    def the_host_ends_the_round(self, sure: int) -> None:
        if sure == 0:
            self.send(EndRound, self.model.host)
            self.model.end()

    # -------------------------------------------------------------- what must agree

    @invariant()
    def the_people_agree(self) -> None:
        model, seen = self.model, view(self.room)

        assert [(one["id"], one["away"], one["team"]) for one in model.members()] == [
            (player.id, player.away, player.team) for player in seen.players
        ]
        assert (model.host, model.locked, model.phase) == (seen.host, seen.locked, seen.phase)

    @invariant()
    def the_round_agrees(self) -> None:
        if self.model.round:
            compare(self.model, view(self.room))


def compare(model: Model, seen: RoomView) -> None:
    """Assert that a view shows the round as the model has it."""
    round_ = model.round
    assert round_["picked"] == list(seen.picked)
    assert seen.ring is not None
    assert (round_["size"], round_["size"] - len(round_["picked"]), round_["broken"]) == (
        seen.ring.size,
        seen.ring.left,
        seen.ring.broken,
    )
    left: dict[str, int] = {}
    for card in round_["deck"] - {card for _, card, _ in round_["picked"]}:
        left[card[:-1]] = left.get(card[:-1], 0) + 1
    assert left == dict(seen.left_by_rank)
    assert [(one["key"], one["holder"], one["until"]) for one in round_["statuses"]] == [
        (status.key, status.holder, status.until) for status in seen.statuses
    ]
    assert [(link["from"], link["to"], link["until"]) for link in round_["links"]] == [
        (link.from_, link.to, link.until) for link in seen.links
    ]
    drinking = {
        seat: tuple(one for one in model.drinkers([seat]) if one != seat)
        for seat in model.present()
    }
    assert {seat: others for seat, others in drinking.items() if others} == seen.drinks_with
    assert [(one["id"], one["text"], one["author"], one["for"]) for one in round_["rules"]] == [
        (made.id, made.text, made.author, made.for_) for made in seen.rules
    ]
    assert seen.cup is not None
    served = None if round_["served"] is None else tuple(round_["served"])
    assert (round_["pours"], 4 - model.kings_left(), 4, served) == (
        seen.cup.pours,
        seen.cup.kings_drawn,
        seen.cup.kings_total,
        seen.cup.served_to,
    )
    if model.phase != "playing":
        assert (None, None, None) == (seen.current, seen.choice, seen.verdict)
        return
    assert (len(model.present()) < 2) == seen.paused
    assert (round_["turn"] if round_["turn"] in model.present() else None) == seen.current
    assert round_["direction"] == seen.direction
    choice, verdict = round_["choice"], round_["verdict"]
    assert ("choose" if choice else "pick") == seen.step
    if choice:
        assert seen.choice is not None
        assert (choice["kind"], choice["owner"], choice["candidates"], choice["count"]) == (
            seen.choice.kind,
            seen.choice.owner,
            list(seen.choice.candidates),
            seen.choice.count,
        )
    assert (verdict is None) == (seen.verdict is None)
    if verdict and seen.verdict:
        value = None if verdict["value"] is None else tuple(verdict["value"])
        assert (verdict["kind"], tuple(verdict["candidates"]), value) == (
            seen.verdict.kind,
            seen.verdict.candidates,
            seen.verdict.value,
        )
    undo = seen.open.get(model.host or "", ()) + seen.open.get("*", ())
    assert (model.saved is not None and not seen.paused) == ("undo_pick" in undo)


TestModel = Game.TestCase
TestModel.settings = settings(stateful_step_count=40)
