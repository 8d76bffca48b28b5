"""Rules about the tests: how long they are, that each row of tests/sabotage fits
the source, that random tests are listed. Used by check.py.
"""
import os
import re
import sys

from tree import TOP, read, tracked

sys.path.insert(0, os.path.join(TOP, "tests", "sabotage"))
import rows  # noqa: E402

# Tests that are longer and wait to be split: none may grow, none be added.
LONG = {"tests/unit/runtime/many.c": 613,
        "tests/unit/ui/draft/mapping.c": 617}


def rule_test_length(_sources):
    for name in tracked("tests/*.c", "tests/*.h", "tests/*.py", "tests/*.cjs"):
        n, most = read(name).count("\n"), LONG.get(name, 600)
        if n > most:
            yield f"{name}: {n} lines ({most} at most: split it by subject)"


def rule_sabotage_rows_fit_the_source(_sources):
    """What tests/sabotage takes away stands in the source, once."""
    for row in rows.read(TOP):
        why = row.problem(TOP)
        if why:
            yield f"{rows.FILE}:{row.where}: {why}"


def rule_sabotage_rows_name_a_test(_sources):
    """A row whose test was renamed would never be carried out. (The names of
    the tests that are not functions are made while they run.)"""
    for row in rows.read(TOP):
        tests = re.findall(r"^@test\ndef (\w+)", read(row.suite), re.M) \
            if row.suite.endswith(".py") else []
        if tests and not any(row.test in t.replace("_", " ") for t in tests):
            yield f"{rows.FILE}:{row.where}: {row.suite} has no test " \
                f"\"{row.test}\""


# What doc/audit.md tells of rows and not of columns.
OF_ROWS = ["draft", "meta", "installation_text", "installation_word"]


def documented_as_unsealed():
    """The columns "table.column" that doc/audit.md lists; "table.*": all."""
    rows = read("doc/audit.md").split("| Table | Not compared | Why |", 1)[1]
    for line in rows.split("\n\n", 1)[0].splitlines()[2:]:
        tables, columns, _ = (cell.strip() for cell in line[1:-1].split(" | "))
        for table in re.findall(r"`(\w+)`", tables):
            if table in OF_ROWS:
                continue
            if columns == "all":
                yield table + ".*"
            for column in re.findall(r"`(\w+)`", columns.split(";")[0]):
                yield f"{table}.{column}"


def rule_unsealed_columns_are_documented(_sources):
    """A column of the console's store that no seal protects is in the list of
    the test, which walks over all columns, and with a reason in the manual."""
    test = "tests/unit/manager/release/seals.c"
    listed = set(re.findall(r'\{"(\w+\.[\w*]+)",', read(test)))
    listed = {name for name in listed if not name.endswith(".n")}
    documented = set(documented_as_unsealed())
    for name in sorted(listed - documented):
        yield f"doc/audit.md: {name} is not in the table of what is not compared"
    for name in sorted(documented - listed):
        yield f"doc/audit.md: {name} is compared: {test} does not list it"


# Where a random word or number decides nothing.
DECIDES_NOTHING = {"tests/e2e/canary.py": "the word that is looked for",
                   "tests/e2e/full_disk.py": "the numbers of orders",
                   "tests/e2e/harness.py": "seeds the others",
                   "tests/e2e/runs.py": "the numbers of orders",
                   "tests/e2e/trust.py": "the numbers of orders"}


def rule_random_tests_stand_in_the_list(_sources):
    """Each file of tests that draws by a seed has a row of tests/random.txt,
    which tests/repeat runs for many seeds."""
    listed = {line.split(" :")[0] for line in read("tests/random.txt").split(
        "\n") if line and not line.startswith("#")}
    draws = {name for name in tracked("tests/unit/*.c", "tests/*.py")
             if re.search(r'\btest_seed\(\)|(TEST|WALK)_SEED"|'
                          r"^ +seed\(\)|\(seed\(\)\)", read(name), re.M)}
    for name in sorted(draws - listed - set(DECIDES_NOTHING)):
        yield f"{name}: draws by a seed and has no row in tests/random.txt"
    for name in sorted(listed - draws):
        yield f"tests/random.txt: {name} draws by no seed"
