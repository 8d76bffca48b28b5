"""Reads rows.txt: which line of the product goes, and which test must notice.

A row is a paragraph. Its first line is "SUITE: TEST", the second the source
file; then the lines that are taken out, each behind "-", and what stands there
instead, each behind "+". Both keep their indentation behind the sign. "@"
begins another change of the same file. Lines that begin with "#" are comments.
"""
import os

FILE = "tests/sabotage/rows.txt"


class Row:
    """One row; WHERE is its line number in rows.txt."""

    def __init__(self, where, lines):
        self.where = where
        self.suite, _, self.test = lines[0].partition(": ")
        self.filter = self.test  # what is run; "" for the whole suite
        self.source = lines[1] if len(lines) > 1 else ""
        self.changes = [["", ""]]
        for line in lines[2:]:
            if line == "@":
                self.changes.append(["", ""])
            elif line[0] in "-+":
                self.changes[-1]["-+".index(line[0])] += line[1:] + "\n"

    def problem(self, top):
        """Why it cannot be carried out in the tree TOP, or None."""
        path = os.path.join(top, self.source)
        if not self.test or not all(old for old, _ in self.changes):
            return "needs SUITE: TEST, a source file and a line to take out"
        if not os.path.isfile(path):
            return f"{self.source}: not found"
        with open(path, encoding="utf-8") as f:
            text = f.read()
        counts = [text.count(old) for old, _ in self.changes]
        return None if all(n == 1 for n in counts) else \
            f"{self.source}: the lines stand there {counts} times, not once"

    def carry_out(self, text):
        """TEXT of the source file with the changes."""
        for old, new in self.changes:
            text = text.replace(old, new)
        return text

    def __str__(self):
        return f"{self.suite}: {self.test} ({self.source})"


def read(top):
    """All rows of the tree TOP."""
    rows, paragraph, where = [], [], 0
    with open(os.path.join(top, FILE), encoding="utf-8") as f:
        lines = f.read().split("\n") + [""]
    for number, line in enumerate(lines, 1):
        if line.startswith("#"):
            continue
        if line.strip():
            where = where if paragraph else number
            paragraph.append(line)
        elif paragraph:
            rows.append(Row(where, paragraph))
            paragraph = []
    return rows
