"""CSV read one character after the other, as docs/decisions/0017-malformed-quotes.md says it."""

from __future__ import annotations

from dataclasses import dataclass

QUOTE, DELIMITER, BREAK, OTHER = "quote", "delimiter", "break", "other"
LINES_AHEAD, PROOF, MOST_PROOF_LINES = 10, 10, 40


@dataclass(frozen=True)
class Token:
    """A character that has a meaning, or any other; `said` is what it says in a cell, `line` where it stands."""

    kind: str
    said: str
    line: int
    escaped: bool


@dataclass(frozen=True)
class Found:
    """A record: the line it starts at, its cells, whether its quotes are malformed, whether it is more than blanks."""

    line: int
    cells: list[str]
    malformed: bool
    filled: bool


def tokens(text, delimiter, quote, escape):
    """The text as tokens; an escape and what it takes the meaning from are one of no meaning."""
    kinds = {delimiter: DELIMITER, quote: QUOTE, "\n": BREAK, "\r": BREAK, "\r\n": BREAK}
    found, at, line = [], 0, 1
    while at < len(text):
        escaped = (
            bool(escape) and text[at] == escape and text[at + 1 : at + 2] in {delimiter, quote, escape, "\r", "\n"}
        )
        at += escaped
        one = "\r\n" if text.startswith("\r\n", at) else text[at]
        found.append(Token(OTHER if escaped else kinds.get(one, OTHER), one, line, escaped))
        line += one in {"\r", "\n", "\r\n"}
        at += len(one)
    return found


class Reader:
    """Reads a whole text."""

    def __init__(self, text, width, delimiter=";", quote='"', escape=""):
        self.tokens, self.width = tokens(text.rstrip("\x1a"), delimiter, quote, escape), width

    def kind(self, at):
        """What stands at a place; before the beginning and behind the end it is the end of a line."""
        return self.tokens[at].kind if 0 <= at < len(self.tokens) else BREAK

    def ends_cell(self, at):
        """Whether a cell ends before this place."""
        return self.kind(at) in {DELIMITER, BREAK}

    def records(self):
        """All records."""
        at = 0
        while at < len(self.tokens):
            found, at = self.record(at)
            yield found
            at += 1  # its line break

    def record(self, start):
        """The record that starts here, and where it ends."""
        cells, at = [], start
        while True:
            if self.kind(at) == QUOTE:
                close = self.close(at)
                if close is None or not self.ends_cell(close + 1):
                    return Found(self.tokens[start].line, cells, True, True), self.malformed_end(at, close, len(cells))
                cells.append(self.inside(at, close))
                at = close + 1
            else:
                first = at
                while not self.ends_cell(at):
                    at += 1
                cells.append("".join(token.said for token in self.tokens[first:at]))
            if self.kind(at) == BREAK:
                blank = len(cells) == 1 != self.width and self.kind(start) != QUOTE and not cells[0].strip()
                escaped = any(token.escaped for token in self.tokens[start:at])
                return Found(self.tokens[start].line, cells, False, escaped or (any(cells) and not blank)), at
            at += 1

    def close(self, opened):
        """Where a quote closes that opens here; a doubled one does not."""
        at = opened + 1
        while at < len(self.tokens):
            if self.kind(at) == QUOTE:
                if self.kind(at + 1) != QUOTE:
                    return at
                at += 1
            at += 1
        return None

    def inside(self, opened, close):
        """What a quoted cell says."""
        said, at = [], opened + 1
        while at < close:
            said.append(self.tokens[at].said)
            at += 2 if self.kind(at) == QUOTE else 1
        return "".join(said)

    def malformed_end(self, opened, close, cells_before):
        """Where a record ends whose quote is malformed."""
        if close is None:
            return self.before_rows(opened)
        end, delimiters = self.line_end(close + 1)
        odd = sum(token.kind == QUOTE for token in self.tokens[opened:end]) % 2 and not self.closes_after(close)
        cells = cells_before + 1 + delimiters
        while odd or cells < self.width:
            closing = self.closing_ahead(end)
            if closing is None:
                break
            (end, delimiters), odd = self.line_end(closing), False
            cells += delimiters
        return end

    def closes_after(self, close):
        """Whether the text behind a closing quote, which belongs to no cell, ends with a quote itself."""
        at = close + 1
        while not self.ends_cell(at):
            at += 1
        return self.kind(at - 1) == QUOTE and at - 1 > close

    def line_end(self, at):
        """Where the line ends, and how many delimiters come before; quoted parts are one thing, also over lines."""
        delimiters = 0
        while self.kind(at) != BREAK:
            if self.kind(at) == DELIMITER:
                delimiters += 1
                if self.kind(at + 1) == QUOTE and (close := self.close(at + 1)) is not None:
                    at = close
            at += 1
        return at, delimiters

    def closing_ahead(self, end):
        """Behind the next quote that can only close a cell, if none that can open one comes before it, in ten lines."""
        lines = 0
        for at in range(end, len(self.tokens)):
            lines += self.kind(at) == BREAK
            if lines > LINES_AHEAD:
                return None
            if self.kind(at) == QUOTE:
                if self.ends_cell(at - 1):
                    return None
                if self.ends_cell(at + 1):
                    return at + 1
        return None

    def before_rows(self, opened):
        """Before the first line of enough lines that look like rows."""
        first = self.plain_end(opened)
        end, proof, lines, at = first, 0, 0, first + 1
        while at < len(self.tokens):
            stop = self.plain_end(at)
            line = self.tokens[at:stop]
            lines += 1
            blank = not "".join("d" if token.kind == DELIMITER else token.said for token in line).strip()
            delimiters = sum(token.kind == DELIMITER for token in line)
            if not blank and delimiters + 1 == self.width:
                proof += max(1, delimiters)
            elif not blank or lines > MOST_PROOF_LINES:
                end, proof, lines = stop, 0, 0
            if proof >= PROOF:
                return end
            at = stop + 1
        return first if end == first else len(self.tokens)

    def plain_end(self, at):
        """The end of the line, whatever is in it."""
        while self.kind(at) != BREAK:
            at += 1
        return at
