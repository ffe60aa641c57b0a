"""The pictures of these pages, as plain SVG; `docs/generate.py` writes them.

The state diagram is drawn from the engine's own tables; only where things stand is said here. Each
picture brings its own paper, so that it reads the same on a light page and on a dark one.
"""  # noqa: INP001

from collections.abc import Iterable
from html import escape

from ringofire.legal import NEXT, State

__all__ = ["chain", "floors", "states"]

INK, FAINT, PAPER = "#1f2328", "#59636e", "#fbfaf6"
BLUE, GOLD, GREEN, ROSE, GREY = "#dce9f9", "#fbeccb", "#dcf1e1", "#f8dedd", "#eceae4"
EDGE = "#8a8577"

Place = tuple[float, float]


def picture(width: int, height: int, title: str, parts: Iterable[str]) -> str:
    """Give a whole SVG file, with the words of `title` for those who do not see it."""
    head = f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" \
width="{width}" height="{height}" role="img" aria-label="{escape(title)}" \
font-family="system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif" font-size="13" fill="{INK}">
<title>{escape(title)}</title>
<defs>
<marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" \
orient="auto-start-reverse"><path d="M0 0 10 5 0 10z" fill="{FAINT}"/></marker>
</defs>
<rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="10" fill="{PAPER}" \
stroke="{EDGE}" stroke-opacity="0.5"/>
"""
    return head + "\n".join(parts) + "\n</svg>\n"


def box(x: float, y: float, w: float, h: float, fill: str = "none", *, look: str = "") -> str:
    """Draw a rectangle with round corners; `look` is more of its attributes."""
    shape = f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="8" fill="{fill}"'
    return f'{shape} stroke="{EDGE}"{look and " " + look}/>'


DASHED = 'stroke-dasharray="5 4"'


def words(x: float, y: float, *lines: str, look: str = "", middle: bool = False) -> str:
    """Write lines under each other, the first with its base at `y`."""
    anchor = ' text-anchor="middle"' if middle else ""
    spans = "".join(
        f'<tspan x="{x}" dy="{0 if first else 17}">{escape(line)}</tspan>'
        for first, line in zip([True] + [False] * len(lines), lines, strict=False)
    )
    return f'<text x="{x}" y="{y}"{anchor}{look and " " + look}>{spans}</text>'


BOLD = 'font-weight="600"'
SMALL = f'font-size="12" fill="{FAINT}"'
CODE = 'font-family="ui-monospace, \'DejaVu Sans Mono\', monospace" font-size="12"'


def line(path: str, *, look: str = "") -> str:
    """Draw a path with a tip at its end."""
    drawn = f'<path d="{path}" fill="none" stroke="{FAINT}" stroke-width="1.5"'
    return f'{drawn} marker-end="url(#tip)"{look and " " + look}/>'


# ------------------------------------------------------------------ the states of a room

NODES: dict[State, tuple[float, float, str]] = {
    State.LOBBY: (160, 170, BLUE),
    State.PICK: (470, 170, GOLD),
    State.CHOOSE: (470, 375, GOLD),
    State.ENDED: (845, 170, GREEN),
    State.CLOSED: (845, 555, GREY),
}
"""Where a state stands: the middle of its box, and its colour."""

ROUTES: dict[tuple[State, State], tuple[str, Place]] = {
    (State.LOBBY, State.PICK): ("M225 170 H403", (272, 160)),
    (State.PICK, State.PICK): ("M440 145 C420 95 520 95 500 143", (470, 98)),
    (State.PICK, State.CHOOSE): ("M445 195 V348", (400, 276)),
    (State.PICK, State.ENDED): ("M535 163 H778", (705, 153)),
    (State.CHOOSE, State.PICK): ("M495 350 V197", (558, 268)),
    (State.CHOOSE, State.CHOOSE): ("M440 400 C420 450 520 450 500 402", (470, 456)),
    (State.CHOOSE, State.ENDED): ("M535 375 C690 375 700 185 778 181", (726, 328)),
    (State.ENDED, State.PICK): ("M845 145 C820 48 580 30 518 143", (690, 58)),
}
"""How an arrow goes, and where its label stands; a pair that is missing here is an error."""


def _arrows() -> dict[tuple[State, State], list[str]]:
    """Which commands lead from where to where, by the engine's table."""
    found: dict[tuple[State, State], list[str]] = {}
    for state, commands in NEXT.items():
        for command, following in commands.items():
            for after in following:
                found.setdefault((state, after), []).append(command.__name__)
    return {pair: sorted(names) for pair, names in found.items()}


def states() -> str:
    """Draw what `ringofire.legal.NEXT` says."""
    arrows = _arrows()
    created = arrows.pop((State.NOWHERE, State.LOBBY))
    alive = [state for state in State if state not in (State.NOWHERE, State.CLOSED)]
    ends = [arrows.pop((state, State.CLOSED)) for state in alive]
    if ends != ends[:1] * len(ends):
        raise ValueError("the room no longer closes alike from everywhere: draw it anew")
    # That somebody leaves and the state stays is said in the text, not drawn.
    arrows = {
        (state, after): [
            name for name in names if state != after or state is State.CHOOSE or name != "LeaveRoom"
        ]
        for (state, after), names in arrows.items()
    }
    arrows = {pair: names for pair, names in arrows.items() if names}
    onward = [set(arrows[State.CHOOSE, after]) for after in (State.PICK, State.ENDED)]
    closing = set.intersection(*onward)

    def label(pair: tuple[State, State], names: list[str]) -> tuple[str, ...]:
        if pair[0] is not State.CHOOSE:
            return (", ".join(names),)
        if pair[1] is State.CHOOSE:
            return ("the choice closes, another opens",)
        rest = [name for name in names if name not in closing]
        return ("the choice closes", *rest)

    last = {"LeaveRoom": "LeaveRoom by the last member"}
    closes = " or ".join(last.get(name, name) for name in ends[0])

    parts = [
        box(75, 20, 860, 470, look=DASHED),
        words(90, 42, "the room lives", look=SMALL),
        box(318, 72, 312, 400, "none", look=DASHED),
        words(330, 90, "playing", look=SMALL),
        f'<circle cx="35" cy="170" r="8" fill="{INK}"/>',
        line("M43 170 H93"),
        words(35, 150, *created, middle=True, look='font-size="12"'),
        line("M845 490 V528"),
        words(835, 514, closes, look='text-anchor="end" font-size="12"'),
    ]
    for pair, names in sorted(arrows.items()):
        path, (x, y) = ROUTES[pair]
        parts += [line(path), words(x, y, *label(pair, names), middle=True, look='font-size="12"')]
    for state, (x, y, fill) in NODES.items():
        parts += [
            box(x - 65, y - 25, 130, 50, fill),
            words(x, y + 5, state.value, middle=True, look=f'{BOLD} font-size="15"'),
        ]
    legend = sorted(closing)
    last_ones = sorted(closing - set(arrows[State.CHOOSE, State.CHOOSE]))
    notes = ["Whatever is not drawn leaves the state as it is."]
    if last_ones:
        notes.insert(0, f"After {' and '.join(last_ones)} no other opens.")
    half = (len(legend) + 1) // 2
    parts += [
        words(90, 530, "The choice closes by:", look=f'{BOLD} font-size="12"'),
        words(90, 548, ", ".join(legend[:half]), ", ".join(legend[half:]), look='font-size="12"'),
        words(90, 588, " ".join(notes), look=SMALL),
    ]
    moved = ['<g transform="translate(34 0)">', *parts, "</g>"]
    return picture(990, 610, "The states of a room and the commands that lead between them", moved)


# ------------------------------------------------------------------ the floors

FORTH = ("player", "transport", "protocol", "turn", "decide", "events", "entry", "store")
BACK = ("player", "transport", "protocol", "view", "evolve")

FLOORS = (
    ("adapters", "stores, hub, asgi, client, terminal", "one outside thing each", "know a rule"),
    ("protocol", "protocol", "frames, sessions, limits; both sides", "know a socket"),
    ("turn", "turn", "load, decide, append, publish, retry", "know asyncio or a store"),
    ("log", "log, codec, proof, verify", "entries, chain of hashes, JSON", "know a store"),
    ("engine", "engine, legal, view, scribe", "the whole, as pure functions", "do I/O"),
    ("room", "room", "people: seats, host, lock; holds a round", "know cards"),
    ("round", "round", "one ring of cards: picks, choices, cup", "know tokens, hosts, locks"),
    ("cards", "packs, shuffle, cards", "cards, the shuffle, rules as data", "know people"),
)


def floors() -> str:
    """Draw the way of the data, and the floors with what each knows and must never know."""
    parts = [words(30, 36, "The way of the data: one direction, no way back up", look=BOLD)]
    step, wide = 114, 84
    for place, name in enumerate(FORTH):
        x = 30 + step * place
        parts += [
            box(
                x,
                55,
                wide,
                36,
                GOLD if place in (4, 5, 6) else BLUE,
            ),
            words(x + wide / 2, 78, name, middle=True),
        ]
        if place:
            parts.append(line(f"M{x - step + wide} 73 H{x - 3}"))
    for place, name in enumerate(BACK):
        x = 30 + step * place
        parts += [
            box(x, 125, wide, 36, GOLD if place > 2 else BLUE),
            words(x + wide / 2, 148, name, middle=True),
        ]
        if place:
            parts.append(line(f"M{x} 143 H{x - step + wide + 3}"))
    entry = 30 + step * 6 + wide / 2
    parts += [
        line(f"M{entry} 91 V143 H{30 + step * 4 + wide + 3}"),
    ]
    top = 215
    parts += [
        words(
            30,
            top,
            "The floors: a module imports from its own floor and from those below",
            look=BOLD,
        ),
        words(150, top + 28, "modules", look=SMALL),
        words(385, top + 28, "knows", look=SMALL),
        words(690, top + 28, "must never", look=SMALL),
    ]
    for place, (name, modules, knows, never) in enumerate(FLOORS):
        y = top + 40 + 44 * place
        fill = BLUE if place < 3 else GOLD if place < 7 else GREEN
        parts += [
            box(30, y, 880, 36, fill),
            words(42, y + 23, name, look=BOLD),
            words(150, y + 23, modules, look=CODE),
            words(385, y + 23, knows),
            words(690, y + 23, never),
        ]
    return picture(942, 624, "The way of the data, and the floors of the house", parts)


# ------------------------------------------------------------------ the chain


def chain() -> str:
    """Draw how each entry's hash goes on from the one before it."""
    parts = [
        words(
            30, 36, "The chain: hash = SHA-256( previous || public part || hidden part )", look=BOLD
        ),
        box(30, 70, 150, 120, GREEN),
        words(105, 95, "header", middle=True, look=BOLD),
        words(105, 120, "format", "room", "rules", middle=True, look=CODE),
        words(105, 212, "first line of the file", middle=True, look=SMALL),
    ]
    for place, (name, shown, hidden) in enumerate(
        (
            ("entry 1", ("create_room", "room_created"), ("master, token_hash",)),
            ("entry 2", ("join_room", "player_joined"), ("token_hash",)),
            ("entry 3", ("start_round", "round_started"), ("ring_dealt",)),
        )
    ):
        x = 235 + 235 * place
        parts += [
            box(x, 70, 190, 235, "none"),
            words(x + 95, 92, name, middle=True, look=BOLD),
            box(x + 12, 104, 166, 74, BLUE),
            words(x + 95, 124, "public part", middle=True, look='font-size="12"'),
            words(x + 95, 144, *shown, middle=True, look=CODE),
            box(x + 12, 190, 166, 52, ROSE),
            words(x + 95, 210, "private part", middle=True, look='font-size="12"'),
            words(x + 95, 230, *hidden, middle=True, look=CODE),
            box(x + 12, 254, 166, 38, GOLD),
            words(x + 95, 278, f"hash {place + 1}", middle=True, look=BOLD),
            line(f"M{x - 20} 273 H{x + 9}" if place else f"M180 130 H207 V273 H{x + 9}"),
        ]
        if place:
            parts.append(f'<path d="M{x - 57} 273 H{x - 20}" stroke="{FAINT}" stroke-width="1.5"/>')
    parts += [
        line("M883 273 H925"),
        words(900, 262, "...", look=BOLD),
        words(30, 345, "hidden part = SHA-256( salt || private part )", look=CODE),
        words(30, 367, 'salt = HMAC-SHA256( master, "ringofire/salt/1" || version )', look=CODE),
        words(520, 345, "The full log carries the private parts.", look=""),
        words(
            520,
            367,
            "The public log carries hidden parts in their place:",
            "the same hashes follow from both.",
            look="",
        ),
        words(30, 400, "The last hash is the head. Clients are given it as a receipt.", look=""),
    ]
    return picture(950, 420, "The chain of hashes through a room's log", parts)
