"""The numbers of the captioning room, each with its reason."""

from __future__ import annotations

from typing import Final

# Which view of an object is shown.

FRAMES_LOOKED_AT: Final = 48
"""Evenly spread over a recording: what is seen for less than a 48th of it is hardly ever asked about,
and decoding thousands of id images would cost more than the questions."""

SMALLEST_SIDE_SHARE: Final = 0.03
"""Of the picture's shorter side: a mask whose box is smaller both ways cannot be told from a blot."""

SMALLEST_SIDE_PX: Final = 8
"""The same in pixels, for small pictures."""

AT_BORDER_WORTH: Final = 0.3
"""Of the area of a mask that touches the picture's edge: part of the object is missing, how much is
unknown; a view three times as small that shows all of it says more."""

# How a picture is drawn.

LONGEST_SIDE_PX: Final = 1024
"""Of a sent picture: beyond it models tile or shrink it themselves, and charge for it."""

SHORTEST_SIDE_PX: Final = 384
"""Of a sent picture: smaller ones are enlarged so that the line of the mark stays thin beside the
object and a model's patches (14 to 32 px) stay small."""

MARK_GAP_PX: Final = 4
"""Between the mask's box and the mark, in sent pixels: JPEG smears a line by up to a few pixels."""

MARK_LINE_PX: Final = 4
"""Thickness of the mark in sent pixels: seen at once, thinner than any object shown."""

MARK_EDGE_PX: Final = 1
"""A dark edge on both sides of the line, so that it is seen on ground of its own colour."""

CROP_MARGIN: Final = 0.35
"""Of the box's longer side, on each side: enough of the surroundings to tell a wheel from a car."""

JPEG_QUALITY: Final = 92
"""4:4:4 at 92: the colour of a thin line survives; higher only grows the request."""

MARK_COLOURS: Final[dict[str, tuple[int, int, int]]] = {
    "red": (235, 20, 20), "cyan": (0, 220, 230), "yellow": (255, 230, 0), "magenta": (255, 0, 200),
}
"""Four bright colours far apart; the one farthest from what lies around the object is taken."""

# How a model is asked.

MOST_ROUNDS: Final = 2
"""How often an object is asked to be told from others: models that fail twice go on failing."""

MOST_OTHERS: Final = 3
"""Others shown in such a question: more pictures confuse, and exceed the limits of small models."""

MAX_NEW_TOKENS: Final = 40
"""Six words need at most 20 tokens; a model that talks on is refused anyway."""

MAX_WORDS: Final = 6
MIN_WORDS: Final = 2
MAX_LABEL_WORDS: Final = 8
"""Of a cleaned label: longer ones are product titles that nobody would say."""

MAX_LETTERS: Final = 20
"""Of one word: longer ones are run-together words or noise."""

SCENES_IN_FLIGHT: Final = 4
"""Scenes held open at once, so that the requests of the next run while one waits for its last."""

# How an endpoint is treated.

TRIES: Final = 6
FIRST_WAIT_S: Final = 0.5
"""Doubled after every try: 0.5, 1, 2, 4, 8 s, half a minute in all at most without a Retry-After."""

MOST_WAIT_S: Final = 120.0
"""A Retry-After beyond it means a spent quota, not a busy moment: waiting is left to a person."""

FAILURES_IN_A_ROW: Final = 8
"""So many objects failing one after the other mean a dead endpoint: the run stops and says so."""

MAX_REPLY_BYTES: Final = 1_000_000
MAX_CAPTIONS_BYTES: Final = 512 * 1024 * 1024
"""A captions file of a million objects has about 120 MB."""

# Rules for colour and size, used where no model is asked.

CLEAR_COLOUR: Final = 0.6
"""Share of a mask's pixels that must be of one colour for it to be named."""

SECOND_COLOUR: Final = 0.2
"""No other colour may have more: a thing of two colours is called by neither."""

COLOUR_VIEWS: Final = 3
"""Views that must agree on the colour: shade and highlights change it from view to view."""

CLEAR_SIZE_RATIO: Final = 2.0
"""Between the volumes of two boxes: 1.26 in every edge, more than people confuse."""
