"""The fields of commands: which types and sizes pass, and what of a command is its payload."""

import hashlib
from types import MappingProxyType
from typing import Any

import attrs
import pytest
from hypothesis import given

from ringofire.canonical import MAX_INT, canonical
from ringofire.entry import COMMANDS, Command
from ringofire.envelope import check_fields
from ringofire.errors import Reason, Rejected
from ringofire.names import wire_name
from ringofire.options import Options, change_options
from ringofire.payload import payload_digest
from ringofire.room.commands import (
    ClaimHost,
    Configure,
    CreateRoom,
    JoinRoom,
    LockRoom,
    MoveSeat,
    SetAway,
    UpdateProfile,
)
from ringofire.round.commands import AddNonce, Choose, GiveVerdict, PickCard
from tests.strategies.values import commands

GOOD: dict[str, Any] = {"id": "a", "by": "p1", "at": 0}


class Text(str):
    """Text of another type, which might answer otherwise the next time."""

    __slots__ = ()


class Bytes(bytes):
    """Bytes of another type."""


REASONS = {"name": Reason.BAD_NAME, "pack": Reason.BAD_PACK, "options": Reason.BAD_OPTION}


def refused(command: Any) -> str | None:
    """The field that a command is refused for, if it is."""
    try:
        check_fields(command)
    except Rejected as rejected:
        field = str(rejected.data["field"])
        assert REASONS.get(field, Reason.BAD_VALUE) == rejected.reason  # noqa: PT017
        return str(rejected.data["field"])
    return None


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("id", ["a", "~" * 64, " "], [None, "", "x" * 65, 1, "é", "\n", "\x7f", "\ud800", b"a"]),
        ("by", [None, "p1"], ["", "x" * 65, 0, "p\x00"]),
        ("at", [0, MAX_INT], [None, -1, MAX_INT + 1, 1.0, True, "0"]),
        ("expect", [None, 0, -MAX_INT, MAX_INT], [MAX_INT + 1, True, False, 1.0, "1"]),
        ("slot", [None, 0, -1], [MAX_INT + 1, True, "0", (1,)]),
    ],
)
def test_every_field_has_its_type_and_size(field: str, good: list[Any], bad: list[Any]) -> None:
    """A field of another type or beyond its bounds is refused by name, before anything else."""
    for one in good:
        assert refused(PickCard(**GOOD | {field: one})) is None
    for one in bad:
        assert field == refused(PickCard(**GOOD | {field: one}))


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (AddNonce(**GOOD, nonce=b"x" * 32), None),
        (AddNonce(**GOOD, nonce=b""), "nonce"),
        (AddNonce(**GOOD, nonce=b"x" * 33), "nonce"),
        (AddNonce(**GOOD, nonce="x"), "nonce"),  # type: ignore[arg-type]
        (AddNonce(**GOOD, nonce=Bytes(b"x")), "nonce"),
        (SetAway(**GOOD, away=False), None),
        (SetAway(**GOOD, away=0), "away"),  # type: ignore[arg-type]
        (SetAway(**GOOD, away=True, seat=""), "seat"),
        (MoveSeat(**GOOD, seat="p1", to=None), "to"),  # type: ignore[arg-type]
        (ClaimHost(**GOOD, host_seen_at=True), "host_seen_at"),
        (JoinRoom(**GOOD, name=None, token_hash=bytes(32)), "name"),  # type: ignore[arg-type]
        (JoinRoom(**GOOD, name=Text("Ann"), token_hash=bytes(32)), "name"),
        (LockRoom(id=Text("a"), by="p1", at=0), "id"),
        (UpdateProfile(**GOOD), None),
        (UpdateProfile(**GOOD, name="Ann", emoji=None, team="a"), None),
        (UpdateProfile(**GOOD, name=None), "name"),  # type: ignore[arg-type]
        (UpdateProfile(**GOOD, team=Text("a")), "team"),
        (UpdateProfile(**GOOD, colour=[[]]), "colour"),  # type: ignore[arg-type]
        (Configure(**GOOD, pack="uk"), "pack"),  # type: ignore[arg-type]
        (Configure(**GOOD, options={"capacity": 5}), None),
        (Configure(**GOOD, options={Text("capacity"): 5}), "options"),
        (Configure(**GOOD, options={"tone": Text("sips")}), "options"),
        (Configure(**GOOD, options=dict.fromkeys(map(str, range(65)), 1)), "options"),
        (Configure(**GOOD, options=MappingProxyType({})), "options"),
        (GiveVerdict(**GOOD, verdict="v1", value=("p1", "p2")), None),
        (GiveVerdict(**GOOD, verdict="v1", value=(Text("p1"),)), "value"),
        (GiveVerdict(**GOOD, verdict="v1", value=("p1",) * 65), "value"),
        (GiveVerdict(**GOOD, verdict="v1", value=["p1"]), "value"),  # type: ignore[arg-type]
        (Choose(**GOOD, choice="c1", value={"p1": 2}), None),
        (Choose(**GOOD, choice="c1", value={"p1": True}), "value"),
        (JoinRoom(**GOOD, name="Ann", token_hash=bytes(31)), "token_hash"),
        (Choose(**GOOD, choice="c1", value=object()), "value"),  # type: ignore[arg-type]
        (Choose(**GOOD, choice=None, value="p1"), "choice"),  # type: ignore[arg-type]
    ],
)
def test_what_a_value_means_is_judged_elsewhere(command: Command, field: str | None) -> None:
    """Only types and sizes are looked at here; the first wrong field is named."""
    assert field == refused(command)


# -- Payloads --------------------------------------------------------------------------------------

SENT: dict[str, Any] = {"id": "x", "by": "p2", "at": 5, "expect": 3}


@given(commands())
def test_the_payload_is_what_the_client_sent(command: Command) -> None:
    """The digest of a command is that of its action and the fields its client sent, no others."""
    digest = payload_digest(command)

    assert digest == payload_digest(attrs.evolve(command, **SENT))
    added: dict[str, Any] = {"room": "OTHER", "master": bytes(32), "host_seen_at": 7}
    names = {field.name for field in attrs.fields(type(command))}
    others = {name: one for name, one in added.items() if name in names}
    assert digest == payload_digest(attrs.evolve(command, **others))
    for name in names - set(SENT) - set(others):
        if getattr(command, name) != "another":
            changed: dict[str, Any] = {name: "another"}
            assert digest != payload_digest(attrs.evolve(command, **changed))


def test_the_payload_is_canonical_json() -> None:
    """The digest is SHA-256 of an object of the action and the fields that are not at default."""
    payload = {"action": "pick_card", "slot": 4}
    update = UpdateProfile(**GOOD, emoji=None, team="a")

    assert hashlib.sha256(canonical(payload)).digest() == payload_digest(PickCard(**GOOD, slot=4))
    assert (
        hashlib.sha256(b'{"action":"pick_card"}').digest()
        == payload_digest(PickCard(**GOOD))
        == payload_digest(PickCard(**GOOD, slot=None))
    )
    expected = b'{"action":"update_profile","emoji":null,"team":"a"}'
    assert hashlib.sha256(expected).digest() == payload_digest(update)


def test_commands_without_fields_differ_by_action() -> None:
    """Two kinds of commands never have one payload."""
    plain = [kind for kind in COMMANDS.values() if len(attrs.fields(kind)) == 4]
    digests = {payload_digest(kind(**GOOD)) for kind in plain}

    assert len(plain) > 5
    assert len(plain) == len(digests)


@pytest.mark.parametrize("junk", [object(), 1.5, 2**53, "\ud800", {1: 2}])
def test_a_payload_without_json_is_an_error(junk: Any) -> None:
    """What cannot be written has no digest: a TypeError or a ValueError."""
    with pytest.raises((TypeError, ValueError)):
        payload_digest(Choose(**GOOD, choice="c1", value=junk))


def test_wire_names_are_in_snake_case() -> None:
    """Each capital begins a word."""
    assert "create_room" == wire_name(CreateRoom)
    assert "one" == wire_name(type("One", (), {}))


# -- Options ---------------------------------------------------------------------------------------

BOUNDS = {
    "capacity": (2, 20),
    "turn_seconds": (10, 600),
    "host_seconds": (10, 600),
    "rule_max": (1, 20),
    "lifetime_hours": (1, 168),
}


def option(changes: Any, fixed: frozenset[str] = frozenset()) -> Any:
    """The options with changes, or the data of the refusal."""
    try:
        return change_options(Options(), changes, fixed=fixed)
    except Rejected as rejected:
        assert Reason.BAD_OPTION == rejected.reason  # noqa: PT017
        return rejected.data


def test_options_have_their_defaults() -> None:
    """Without changes the options are as they were."""
    assert Options(12, 60, 60, 12, "sips", "en", True, False, 24) == Options()  # noqa: FBT003
    assert Options() == option(None) == option({})


@pytest.mark.parametrize("name", BOUNDS)
def test_numbers_are_kept_within_bounds(name: str) -> None:
    """A number is taken up to its bounds, and refused by name beyond them."""
    least, most = BOUNDS[name]
    for good in (least, most):
        assert good == getattr(option({name: good}), name)
    for bad in (least - 1, most + 1, None, True, "12", 12.0, 10**400):
        assert {"field": f"options.{name}"} == option({name: bad})


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("tone", ["forfeits", "points", "sips", "water"], ["beer", "", None, 1, ["sips"]]),
        ("language", ["en", "pt-BR", "x" * 16], ["", "x" * 17, "-", "é", "en_GB", None, 1, " "]),
        ("watch", [True, False], [0, 1, None, "true"]),
        ("lock_on_start", [True, False], [0, 1, None, "true"]),
    ],
)
def test_words_and_flags_are_checked(name: str, good: list[Any], bad: list[Any]) -> None:
    """A tone, a language tag or a flag is one of those there are."""
    for one in good:
        assert one == getattr(option({name: one}), name)
    for one in bad:
        assert {"field": f"options.{name}"} == option({name: one})


def test_several_options_change_at_once_or_not_at_all() -> None:
    """Of several changes all are made; one that is wrong refuses them all."""
    assert Options(capacity=5, tone="water") == option({"capacity": 5, "tone": "water"})
    assert {"field": "options.tone"} == option({"capacity": 5, "tone": "wine"})


def test_what_is_no_option_is_refused() -> None:
    """An unknown option is refused with those there are."""
    known = sorted(field.name for field in attrs.fields(Options))
    for one in ({"x": 1}, {"": 1}):
        assert {"field": "options", "known": known} == option(one)


def test_a_fixed_option_stays() -> None:
    """What is fixed cannot be changed, not even to what it is."""
    fixed = frozenset({"lifetime_hours"})

    assert {"field": "options.lifetime_hours"} == option({"lifetime_hours": 24}, fixed)
    assert Options(rule_max=3) == option({"rule_max": 3}, fixed)
