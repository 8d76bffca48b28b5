"""Reads rows.txt: which line of the product goes, and which test must notice.

A row is a paragraph. Its first line is "SUITE: TEST", the second the source
file; then the lines that are taken out, each behind "-", and what stands there
instead, each behind "+". Both keep their indentation behind the sign. "@"
begins another change of the same file, "@ FILE" a change of another one: where
two lines protect the same, the row takes both away. Lines that begin with "#"
are comments.
"""
import os

FILE = "tests/sabotage/rows.txt"


class Change:
    """What goes in the file SOURCE, and what stands there instead."""

    def __init__(self, source):
        self.source, self.old, self.new = source, "", ""

    def add(self, line):
        if line[0] == "-":
            self.old += line[1:] + "\n"
        elif line[0] == "+":
            self.new += line[1:] + "\n"


class Row:
    """One row; WHERE is its line number in rows.txt."""

    def __init__(self, where, lines):
        self.where, self.lines = where, lines
        self.suite, _, self.test = lines[0].partition(": ")
        self.source = lines[1] if len(lines) > 1 else ""
        self.changes = [Change(self.source)]
        for line in lines[2:]:
            if line[0] == "@":
                self.changes.append(
                    Change(line[1:].strip() or self.changes[-1].source))
            else:
                self.changes[-1].add(line)

    def texts(self, top):
        """The text of each file that the row changes, by its name."""
        found = {}
        for c in self.changes:
            with open(os.path.join(top, c.source), encoding="utf-8") as f:
                found[c.source] = f.read()
        return found

    def problem(self, top):
        """Why it cannot be carried out in the tree TOP, or None."""
        if not self.test or not all(c.old for c in self.changes):
            return "needs SUITE: TEST, a source file and a line to take out"
        for c in self.changes:
            if not os.path.isfile(os.path.join(top, c.source)):
                return f"{c.source}: not found"
        texts = self.texts(top)
        counts = [texts[c.source].count(c.old) for c in self.changes]
        return None if all(n == 1 for n in counts) else \
            f"{self.source}: the lines stand there {counts} times, not once"

    def carry_out(self, texts):
        """TEXTS (of texts()) with the changes."""
        texts = dict(texts)
        for c in self.changes:
            texts[c.source] = texts[c.source].replace(c.old, c.new)
        return texts

    def __str__(self):
        return f"{self.suite}: {self.test} ({self.source})"


def parse(text):
    """The rows of TEXT."""
    rows, paragraph, where = [], [], 0
    for number, line in enumerate(text.split("\n") + [""], 1):
        if line.startswith("#"):
            continue
        if line.strip():
            where = where if paragraph else number
            paragraph.append(line)
        elif paragraph:
            rows.append(Row(where, paragraph))
            paragraph = []
    return rows


def read(top):
    """All rows of the tree TOP."""
    with open(os.path.join(top, FILE), encoding="utf-8") as f:
        return parse(f.read())
