"""Stored runs by the million: copies of those that a runtime has ended."""
import sqlite3

DAYS, KEPT_DAYS, DAY = 90, 7, 86400000


def columns(c, table):
    return [row[1] for row in c.execute(f"PRAGMA table_info({table})")]


def drop_others(c, tables):
    """Drops indexes and triggers of TABLES; the SQL that makes them again."""
    found = c.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', "
        "'trigger') AND sql IS NOT NULL AND tbl_name IN ({})".format(
            ",".join("?" * len(tables))), tables).fetchall()
    for kind, name, _ in found:
        c.execute(f"DROP {kind} {name}")
    return [sql for _, _, sql in found]


def copy_runs(c, count, first):
    """COUNT runs from number FIRST on, spread over DAYS; those older than
    KEPT_DAYS have no payload."""
    now = c.execute("SELECT max(accepted_at) FROM run").fetchone()[0]
    at = f"({now - DAYS * DAY} + CAST(k.k * {DAYS * DAY / count} AS INT))"
    old = f"{at} + {KEPT_DAYS * DAY} < {now}"
    run = {"n": f"{first} + k.k", "accepted_at": at, "started_at": at,
           "stopped_at": at, "due_at": at,
           "expires_at": f"{at} + {KEPT_DAYS * DAY}",
           "id": f"printf('%08x', {at} / 1000) || lower(hex(randomblob(8)))",
           "execution": "lower(hex(randomblob(4)) || '-' || "
                        "hex(randomblob(2)) || '-4' || "
                        "substr(hex(randomblob(2)), 2) || '-' || "
                        "hex(randomblob(2)) || '-' || hex(randomblob(6)))",
           "label": "'SO-' || (900000000 + k.k)",
           "input": f"CASE WHEN {old} THEN 'null' ELSE o.input END"}
    step = {"n": "NULL", "run": f"{first} + k.k",
            "started_at": at, "stopped_at": at,
            "request": f"CASE WHEN {old} THEN NULL ELSE o.request END",
            "output": f"CASE WHEN {old} THEN NULL ELSE o.output END",
            "key": "CASE WHEN o.key IS NULL THEN NULL ELSE "
                   "lower(hex(randomblob(16))) END"}
    sources = c.execute("SELECT count(*) FROM source").fetchone()[0]
    for table, changed, join in (("run", run, "o.n"), ("step", step, "o.run")):
        names = columns(c, table)
        values = ", ".join(changed.get(name, "o." + name) for name in names)
        c.execute(f"INSERT INTO {table}({', '.join(names)}) SELECT {values} "
                  f"FROM k CROSS JOIN source s ON s.i = k.k % {sources} "
                  f"CROSS JOIN {table} o ON {join} = s.n ORDER BY k.k, o.n")
    c.execute("INSERT INTO run_label(label, run, place) SELECT 'SO-' || "
              f"(900000000 + k), {first} + k, '' FROM k")


def fill(store, count):
    """Adds COUNT ended runs to STORE, which no tailord has open."""
    c = sqlite3.connect(store, isolation_level=None)
    for setting in ("journal_mode=OFF", "synchronous=OFF",
                    "cache_size=-1000000", "locking_mode=EXCLUSIVE"):
        c.execute("PRAGMA " + setting).fetchall()
    c.execute("BEGIN")
    first = c.execute("SELECT max(n) + 1 FROM run").fetchone()[0]
    c.execute("CREATE TEMP TABLE k AS WITH RECURSIVE a(k) AS (SELECT 0 UNION "
              f"ALL SELECT k + 1 FROM a WHERE k < {count - 1}) SELECT k FROM a")
    c.execute("CREATE TEMP TABLE source(i INTEGER PRIMARY KEY, n INTEGER)")
    c.execute("INSERT INTO source SELECT row_number() OVER (ORDER BY n) - 1, n "
              "FROM run WHERE state = 2")
    step_run = "CREATE INDEX step_run_bench ON step(run)"
    again = drop_others(c, ["run", "step", "run_label"])
    c.execute(step_run)
    copy_runs(c, count, first)
    c.execute("DROP INDEX step_run_bench")
    c.execute("DELETE FROM run_total")
    c.execute("INSERT INTO run_total SELECT workflow, environment, count(*), "
              "sum(state = 3), sum(state = 2) FROM run GROUP BY 1, 2")
    for sql in again:
        c.execute(sql)
    c.execute("COMMIT")
    c.execute("PRAGMA journal_mode=WAL").fetchall()
    c.close()
