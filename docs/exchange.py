"""One evening as frames, for the page about the protocol: each answer is what the code answers.

Codes, entropy and time are fixed, so that it is told alike wherever it is told.
"""  # noqa: INP001

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from attrs import Factory, define

from ringofire import Effect, Room, run
from ringofire.protocol.errors import FrameError
from ringofire.protocol.replies import Error, write_reply
from ringofire.protocol.requests import read_request
from ringofire.protocol.session import Binding, LastSeen, Mint, respond, room_of
from ringofire.scribe import Scribe
from ringofire_adapters.memory import Memory

__all__ = ["story"]

CODE = "K7QX2M"
START = 1_750_000_000_000

Plain = dict[str, Any]


def _token(name: str) -> str:
    return sha256(name.encode()).hexdigest()


@define
class _Table:
    """A server, and who is connected to it."""

    memory: Memory = Factory(Memory)
    rooms: dict[str, Room] = Factory(dict)
    scribe: Scribe = Factory(Scribe)
    lines: dict[str, Binding] = Factory(dict)

    def perform(self, effect: Effect[Any]) -> Any:
        match effect:
            case Mint():
                return CODE, sha256(b"an evening").digest()
            case LastSeen():
                return START
            case _:
                return self.memory.perform(effect)

    def slot(self, card: str) -> int:
        """Where a card lies."""
        game = self.rooms[CODE].game
        assert game is not None
        assert game.round is not None
        return [lies.text for lies in game.round.ring.cards].index(card)

    def send(self, who: str, frame: Plain) -> Plain:
        """Give the answer to somebody's frame."""
        binding = self.lines.get(who)
        try:
            request = read_request(json.dumps(frame).encode())
        except FrameError as error:
            reply: Any = Error(error.id, error.reason, error.data)
        else:
            room = self.rooms.get(room_of(request, binding) or "", Room())
            turn = respond(request, binding, at=START, room=room)
            response = run(turn, self.perform)
            self.lines[who], self.rooms[response.room.code] = response.binding, response.room
            reply = response.reply
        answer: Plain = json.loads(write_reply(reply, self.scribe))
        return answer


def story() -> str:
    """Tell it: what happens, then what is sent, and what comes back."""
    return "\n\n".join(_told(_Table()))


def _told(table: _Table) -> Iterator[str]:
    def step(text: str, who: str, frame: Plain) -> str:
        answer = table.send(who, frame)
        if "view" in answer:
            answer["view"] = {"...": "..."}
        texts = [json.dumps(one, ensure_ascii=False) for one in (frame, answer)]
        return "\n\n".join([text, *[f"```json\n{one}\n```" for one in texts]])

    def frame(action: str, id: str, **fields: object) -> Plain:
        return {"action": action, "id": id, **fields}

    ada, ben = _token("Ada"), _token("Ben")
    yield step(
        "Ada makes a room, with a token that she has just made herself.",
        "Ada",
        frame("create_room", "a-1", name="Ada", token=ada),
    )
    yield step(
        "Ben types the code. Ada gets the update of it; Ben, whose connection was bound to "
        "nothing, a welcome.",
        "Ben",
        frame("join_room", "b-1", room=CODE, name="Ben", token=ben),
    )
    yield step(
        "Ada starts. From here on Ada and Ben get the same update, and the one who asked knows it "
        "by its id.",
        "Ada",
        frame("start_round", "a-2"),
    )
    yield step("Ben is too quick.", "Ben", frame("pick_card", "b-2", slot=3))
    eight = table.slot("8H")
    yield step(
        "Ada turns an eight over, which asks her for a mate: nobody can pick until she has "
        "answered.",
        "Ada",
        frame("pick_card", "a-3", slot=eight),
    )
    yield step(
        "The answer was lost on its way. Her phone reconnects and resumes ...",
        "Ada's new line",
        frame("resume", "a-4", room=CODE, token=ada),
    )
    yield step(
        "... and sends again what it got no answer to, with the same id: it has happened once.",
        "Ada's new line",
        frame("pick_card", "a-3", slot=eight),
    )
    yield step(
        "The view has told it which choice is open.",
        "Ada's new line",
        frame("choose", "a-5", choice="c1", value="p2"),
    )
    yield step(
        "Ben was in a tunnel; what he missed comes as the answer to his heartbeat.",
        "Ben",
        frame("ping", "b-3", version=3),
    )
    yield step("The next heartbeat finds nothing new.", "Ben", frame("ping", "b-4", version=5))
    yield step(
        "Somebody tries a token.",
        "a stranger",
        frame("resume", "x", room=CODE, token="0" * 64),
    )
    yield step("Ada ends it, and the secret is out.", "Ada's new line", frame("end_round", "a-6"))
    yield step("Ben checks the shuffle.", "Ben", frame("proof", "b-5", round=1))
