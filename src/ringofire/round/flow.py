"""Deciding in steps: the events so far and the state after them.

A flow lives while one command is decided and is seen by nobody else. It knows where the round is
played (the setting), so that effects need only say what happens.
"""

from attrs import define

from ringofire.round.events import RoundEnded, RoundEvent, RoundStarted
from ringofire.round.evolve import evolve_game, evolve_round
from ringofire.round.state import Game, People, Person, Round, present
from ringofire.shuffle import pick_random
from ringofire.values import replace, value

__all__ = ["Flow", "Setting"]


@value
class Setting:
    """What the room around a round adds to a command.

    Args:
        room: its code.
        people: everybody at the table, in seat order.
        by: the seat that asks; None where no seat does.
        stands_in: whether `by` may answer for others (the room makes that its host).
        at: ms since the epoch, never before the room's last.
        rule_max: made rules that may hold at a time.
        turn_seconds: after so many any member may pass a turn on.
    """

    room: str
    people: People
    by: str | None
    stands_in: bool
    at: int
    rule_max: int
    turn_seconds: int


@define
class Flow:
    """The events of one decision, and the game as they leave it."""

    game: Game
    setting: Setting
    round: Round
    events: list[RoundEvent]

    @classmethod
    def inside(cls, game: Game, setting: Setting) -> "Flow":
        """Begin with no events, in the round that `game` is in."""
        assert game.round is not None
        return cls(game, setting, game.round, [])

    @classmethod
    def begin(cls, game: Game, setting: Setting, started: RoundStarted) -> "Flow":
        """Begin with the start of a round."""
        flow = cls.inside(evolve_game(game, started), setting)
        flow.events.append(started)
        return flow

    def emit(self, event: RoundEvent) -> None:
        """Let `event` happen inside the round."""
        self.events.append(event)
        self.round = evolve_round(self.round, event)

    def end(self, ended: RoundEnded) -> None:
        """Let the round end."""
        self.events.append(ended)
        self.game = evolve_game(replace(self.game, round=self.round), ended)
        assert self.game.round is not None
        self.round = self.game.round

    def present(self) -> tuple[str, ...]:
        """The seats that are present, in seat order."""
        return present(self.setting.people)

    def person(self, seat: str) -> Person | None:
        """Who sits at `seat`, if anybody still does."""
        return next((person for person in self.setting.people if person.id == seat), None)

    def is_present(self, seat: str) -> bool:
        """Whether somebody sits at `seat` and is not away."""
        person = self.person(seat)
        return person is not None and not person.away

    def in_order(self, seats: tuple[str, ...]) -> tuple[str, ...]:
        """The present ones of `seats`, each once, in seat order."""
        return tuple([seat for seat in self.present() if seat in seats])

    def random(self, seats: tuple[str, ...], count: int) -> tuple[str, ...]:
        """Up to `count` of `seats`, drawn for the random effect that comes next."""
        number = self.round.randoms + 1
        drawn = pick_random(self.round.ring.key, number, seats, min(count, len(seats)))
        return self.in_order(drawn)
