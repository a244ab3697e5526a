"""Read the letter of an option out of a plain text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fourdp_qa.eval_tasks.scoring.parsed_answer import ParsedAnswer, Reason
from fourdp_qa.eval_tasks.scoring.response_text import (
    folded,
    is_short,
    last_sentence,
)
from fourdp_qa.rows.row import LETTERS

# What may stand right after a letter that names an option. "A" before any other word is an article.
_CLOSED = r"(?=\s*(?:[)\].,:;!?}>'/=|\n–—-]|$)"
_GOES_ON = (
    r"|\s+(?:because|since|as|and|or|is|was|which|due|given|based|with|for|from|among|in|over"
    r"|rather|instead|than|but)\b)"
)
_END = _CLOSED + _GOES_ON
_OPEN = r"[(\[{<'\s]*"
_NOUN = r"(?:option|choice|letter|alternative)"

_IS = r"(?:is|was|(?:would|should|must|might|may|could|seems to|appears to) be)\b"
_SURELY = r"(?:\s+(?:indeed|therefore|thus|clearly|simply|most likely|likely))?"

_DECLARED = [
    # "the correct answer is (B)", "Answer: B", "the answer is option B", JSON's answer: B
    r"\b(?:answers?|ans|solution|conclusion)\b(?:\s+(?:here|to this question))?['\s]*"
    rf"(?:{_IS})?{_SURELY}\s*[:=\->,]*\s*(?:the\s+)?(?:{_NOUN}\s*:?\s*)?{_OPEN}",
    # "the option is B", "choice: B", "the best option, B"; but not "option B says"
    rf"\b{_NOUN}\b['\s]*(?:{_IS}{_SURELY}\s*:?|[:=])\s*{_OPEN}",
    rf"\b(?:correct|right|best|final|appropriate|accurate|my)\s+{_NOUN}\b\s*[,:]?\s*{_OPEN}",
    rf"答案(?:是|为|应该是)?\s*:?\s*(?:选项)?\s*{_OPEN}",
    # "I choose B", "I'd go with option B", "so it must be B"
    r"\b(?:choose|chose|select|pick|go with|going with|opt for|settle on|it must be|it is|it's)\s+"
    rf"(?:the\s+)?(?:{_NOUN}\s+)?{_OPEN}",
    # "so B.", "therefore, (B)", "I'd say B": a hedged answer is an answer
    r"(?<!or )\b(?:so|therefore|thus|hence|but|perhaps|probably|maybe|likely|possibly|definitely|clearly"
    rf"|i think|i believe|i guess|i'd say|i would say)\b[,:]?\s+(?:it's\s+|it is\s+)?{_OPEN}",
    # taken back: "Wait, C."
    rf"\b(?:wait|actually|correction|on second thought|scratch that)\b[,:.!–—-]*\s*(?:no[,.]\s*)?{_OPEN}",
]
_DECLARED_IN_WORDS = re.compile(r"\b(?:answer|choice)\b\s*(?:is|would be|:)+\s*", re.IGNORECASE)
_CONFIRMED = (
    r"(?<![\w'])([A-Z])[)\].:]*\s+(?:is|would be|must be|seems)\s+(?:indeed\s+|therefore\s+)?"
    r"(?:the\s+)?(?:most\s+)?(?:correct|right|best|accurate|appropriate|true|answer)\b"
)
# "A or B", "A/B", "A, or maybe B"; "A B" only where nothing but letters follows
_JOINED = re.compile(
    r"(?:[)\].'\s]*(?:[/&]|,?\s*\b(?:or|and)\b|,)\s*(?:(?:maybe|perhaps|possibly)\s+)?"
    r"| (?=[A-H](?:\W*(?:\n|$)| [A-H]\b)))"
    r"(?:option\s+)?[(\['\s]*([A-H])(?!\w|'\w)"
)
_PAIR = re.compile(rf"(?<![\w'])([A-Z])(?:{_JOINED.pattern})")
_DENIED_AFTER = re.compile(
    r"[)\].:]*\s+(?:is|was|seems|can|could|would)(?:n't)?\s*(?:be\s+)?"
    r"(?:not|n't|wrong|incorrect|false|ruled out|excluded|unlikely)\b"
)
_DENIED_BEFORE = re.compile(
    r"(?:\bnot|n't|\bnever|\bneither|\bnor|\bthan|\binstead of|\bunlike)\s+(?:option\s+)?[(\['\s]*$",
    re.IGNORECASE,
)
_BARE = re.compile(r"\W*([A-Za-z])\W*")
_LEADING = re.compile(rf"{_OPEN}(?:{_NOUN}\s+{_OPEN})?([A-Z])(?!\w|'\w)", re.IGNORECASE)
# On its own after a stop, a colon or a bracket; the end of a cut-off sentence ("look at option A")
# and a question ("is it A?") decide nothing.
_TRAILING = re.compile(rf"(?:^|[\n.:;!?,=–—(\[-])\s*(?:{_NOUN}\s+)?([A-Z])(?!\w|'\w)[^\w?]*$")
_NAMED = re.compile(
    rf"\b{_NOUN}s?\s+{_OPEN}([A-Z])(?!\w|'\w)|\(([A-Z])\)"
    r"|(?<![\w'.])([A-Z])[).:]|(?<![\w'.])([B-H])(?![\w'.])"
)
_NEAR = 200
"""Characters looked at before or after a find: enough for its clause, and a model that repeats itself
for thousands of words is still read in milliseconds."""
_NEGATED = re.compile(
    r"(?:\bnot|n't|\bnever|\brather than|\binstead of|\bneither|\bnor|\bwithout)\s+(?:\w+\s+){0,3}$"
)


def parse_choice(text: str, options: Sequence[str]) -> ParsedAnswer | None:
    """Letter of a plain text, TWO_ANSWERS when several are named undecided, None when none is."""
    letters = LETTERS[: len(options)]
    bare = _BARE.fullmatch(text)
    if bare:
        return _letter(bare.group(1), letters, Reason.BARE)
    same = [k for k, option in zip(letters, options, strict=True) if folded(option) == folded(text)]
    if len(same) == 1:
        return ParsedAnswer(same[0], Reason.OPTION_TEXT)
    return (
        _declared(text, options, letters)
        or _first_line(text, options, letters)
        or _leading_or_trailing(text, options, letters)
        or _by_words(last_sentence(text), options, letters)
        or _by_words(text if is_short(text) else "", options, letters)
    )


def _letter(found: str, letters: Sequence[str], reason: Reason) -> ParsedAnswer:
    value = found.upper()
    if value in letters:
        return ParsedAnswer(value, reason)
    return ParsedAnswer(None, Reason.NO_SUCH_OPTION)


def _names_an_option(text: str, match: re.Match[str], options: Sequence[str]) -> bool:
    """Whether the letter found at group 1 names an option rather than being the article "a"."""
    letter, after = match.group(1), text[match.end(1): match.end(1) + _NEAR]
    if _DENIED_AFTER.match(after):
        return False
    if re.match(_END, after):
        return letter.isupper() or re.match(_CLOSED + ")", after) is not None
    if letter in "AI" or letter.islower():
        position = ord(letter.upper()) - ord("A")
        return position < len(options) and _begins_with(after, options[position])
    return True


def _begins_with(text: str, option: str) -> bool:
    return f"{folded(text)} ".startswith(f"{folded(option)} ")


def _declared(text: str, options: Sequence[str], letters: Sequence[str]) -> ParsedAnswer | None:
    """The last declaration, by letter or by the option's words; two letters joined are none."""
    found: list[tuple[int, ParsedAnswer]] = []
    for pattern in _DECLARED:
        for start in re.finditer(pattern, text, re.IGNORECASE):
            letter = re.compile(r"([A-Za-z])(?!\w|'\w)").match(text, start.end())
            if letter and _names_an_option(text, letter, options):
                found.append((letter.start(), _undoubled(text, letter, options, Reason.DECLARED)))
    for match in re.finditer(_CONFIRMED, text):
        found.append((match.start(1), _letter(match.group(1), letters, Reason.DECLARED)))
    last = max(found, key=lambda item: item[0], default=None)
    by_words = _declared_in_words(text, 0 if last is None else last[0], options, letters)
    return by_words or (last[1] if last else None)


def _declared_in_words(
    text: str, start: int, options: Sequence[str], letters: Sequence[str]
) -> ParsedAnswer | None:
    """The option whose words the last declaration after `start` gives."""
    declared = list(_DECLARED_IN_WORDS.finditer(text, start))
    if not declared:
        return None
    found = _by_words(text[declared[-1].end():].split("\n")[0], options, letters)
    return ParsedAnswer(found.value, Reason.DECLARED) if found and found.is_parsed else None


def _undoubled(
    text: str, match: re.Match[str], options: Sequence[str], reason: Reason
) -> ParsedAnswer:
    """The letter of a match, unless another letter or another option's words are joined to it."""
    letter = match.group(1).upper()
    letters = LETTERS[: len(options)]
    other = _JOINED.match(text, match.end(1))
    if other and other.group(1) != letter:
        return ParsedAnswer(None, Reason.TWO_ANSWERS)
    after = text[match.end(1): match.end(1) + _NEAR].lstrip(" ).:,]}>'-")
    words = folded(re.split(r"[\n.;]", after, maxsplit=1)[0])
    meant = {k for k, option in zip(letters, options, strict=True) if folded(option) == words}
    if meant and letter not in meant:
        return ParsedAnswer(None, Reason.TWO_ANSWERS)
    return _letter(letter, letters, reason)


def _first_line(
    text: str, options: Sequence[str], letters: Sequence[str]
) -> ParsedAnswer | None:
    """An answer on a line of its own before an explanation, unless lines list other options too."""
    lines = text.split("\n")
    begun = {m.group(1).upper() for m in map(_LEADING.match, lines) if m} & set(letters)
    first = _LEADING.match(lines[0])
    if len(lines) < 2 or not first or len(begun) != 1:
        return None
    letter, rest = first.group(1), folded(lines[0][first.end():])
    own = folded(options[letters.index(letter)]) if letter in letters else ""
    return ParsedAnswer(letter, Reason.LEADING) if own and rest in ("", own) else None


def _leading_or_trailing(
    text: str, options: Sequence[str], letters: Sequence[str]
) -> ParsedAnswer | None:
    """The letter the text begins or ends with, unless another letter is named as well."""
    named = _named(text) & set(letters)
    if any(pair[0] != pair[1] and {*pair} <= {*letters} for pair in _PAIR.findall(text)):
        return ParsedAnswer(None, Reason.TWO_ANSWERS)
    leading, trailing = _LEADING.match(text), _TRAILING.search(text)
    found: dict[str, ParsedAnswer] = {}
    if trailing and not _denied_before(text, trailing.start(1)):
        found[trailing.group(1)] = _letter(trailing.group(1), letters, Reason.TRAILING)
    if leading and _names_an_option(text, leading, options):
        found[leading.group(1).upper()] = _undoubled(text, leading, options, Reason.LEADING)
    if len(named | set(found)) > 1:
        return ParsedAnswer(None, Reason.TWO_ANSWERS)
    return next(iter(found.values()), None)


def _named(text: str) -> set[str]:
    """Letters that name an option somewhere in the text and are not ruled out there."""
    named = set()
    for match in _NAMED.finditer(text):
        group = match.lastindex or 0
        denied = _denied_before(text, match.start(group))
        if not denied and not _DENIED_AFTER.match(text, match.end(group)):
            named.add(match.group(group))
    return named


def _denied_before(text: str, position: int) -> bool:
    return _DENIED_BEFORE.search(text[max(0, position - _NEAR): position]) is not None


def _by_words(sentence: str, options: Sequence[str], letters: Sequence[str]) -> ParsedAnswer | None:
    """The one option whose words stand in the sentence and are not denied there.

    Words inside a longer option that is there too do not count: "forward and left" names neither
    "forward" nor "left".
    """
    words = folded(sentence)
    letter_of = {folded(o): letter for letter, o in zip(letters, options, strict=True) if folded(o)}
    if not letter_of:
        return None
    longest_first = sorted(letter_of, key=len, reverse=True)
    any_option = rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w-])"
    named = {
        letter_of[match.group()]
        for match in re.finditer(any_option, words)
        if not _NEGATED.search(words[max(0, match.start() - _NEAR): match.start()])
    }
    if not named:
        return None
    if len(named) > 1:
        return ParsedAnswer(None, Reason.TWO_ANSWERS)
    return ParsedAnswer(named.pop(), Reason.OPTION_TEXT)
