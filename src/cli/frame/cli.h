/*
 * The command line: one table of commands (commands.def), one file a noun.
 * A command gets its arguments parsed by its own usage text, so help,
 * completion and parsing cannot differ; it makes one JSON value, which is
 * printed as it is with --json and as a table or lines for people. tailor
 * hands some commands to another program, which has this frame too, with a
 * table of its own rows.
 */
#ifndef TAILOR_CLI_FRAME_CLI_H
#define TAILOR_CLI_FRAME_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "command/line.h"
#include "manager/session/manager.h"
#include "value/value.h"

struct cli;
struct fetch;
struct helper;

/* The flags of a row of commands.def. */
enum command_flags {
    CMD_STORE = 1,  /* needs the store: cli->manager is open */
    CMD_READS = 2,  /* changes nothing: allowed with --read-only */
    CMD_REMOTE = 4, /* allowed through an SSH session (tailor session) */
};

/* What a row of commands.def does. */
struct cli_action {
    enum err (*run)(struct cli *cli, struct error *e);
    const char *program; /* that does it, by its name; NULL: this one */
};

/* Each program defines its table, what it does without a command, and the
 * libraries that it has beside those of all: {"name":"version"}, which the
 * caller owns. */
extern const struct command commands[];
extern const struct cli_action cli_actions[]; /* of the same rows */
extern const size_t command_count;
enum err cli_without_command(struct cli *cli, struct error *e);
struct value *cli_own_libraries(void);

/* What the command line said. Strings are borrowed from argv. */
struct cli {
    const char *store;   /* path of the store */
    const char *actor;   /* who; the Unix account, or the session's name */
    const char *session; /* of the audit records; NULL: a new one */
    bool usual_store;    /* the store is the account's usual one */
    bool remote;         /* through an SSH session */
    bool read_only, json, quiet, yes;
    bool thin, ascii, tour, temporary, fresh; /* for the console */
    char **words;           /* the command line as it came, NULL-terminated */
    struct command_line line;
    struct manager *manager;  /* open where the command has CMD_STORE */
    struct fetch *fetch;      /* the way to runtimes, once there is one */
    bool own_fetch;           /* started here, not by the session */
    struct helper *workbooks; /* the way to tailor-sheet, once there is one */
    bool own_workbooks;       /* started here, not by the session */
    bool answered;            /* something was printed on stdout */
    struct value *more;       /* members beside an error, as JSON; owned */
    int status;               /* exit code where the command ended well */
};

/* Who is served through an SSH session: only commands with CMD_REMOTE, files
 * only as "-". */
struct cli_remote {
    const char *actor;
    const char *session;      /* of the audit records */
    struct fetch *fetch;      /* the way to runtimes (fetch/ask.h) */
    struct helper *workbooks; /* the way to tailor-sheet (workbook/ask.h) */
};

/* The whole program: clears its environment, hides its memory, runs ARGV as
 * the Unix account, and returns the exit code. */
int cli_program(int argc, char **argv);

/* Runs argv, served REMOTE or (NULL) as the Unix account, and returns the
 * exit code. */
int cli_main(int argc, char **argv, const struct cli_remote *remote);

/* Replaces this process by PROGRAM, with the words as they came. Returns only
 * where that failed: IO. */
enum err cli_become(struct cli *cli, const char *program, struct error *e);

/* True where ARGV (without the program) names no command: the console. */
bool cli_opens_console(int argc, char **argv);

/* True where the command that ARGV (without the program) names changes
 * nothing: a command that reads, one with --dry-run, or none at all. */
bool cli_only_reads(int argc, char **argv);

/* --- arguments ------------------------------------------------------------ */
/* Positional argument I, or NULL where it was left out. */
const char *cli_arg(const struct cli *cli, size_t i);
/* True where the flag or option NAME ("resume") was given. */
bool cli_has(const struct cli *cli, const char *name);
/* The value of option NAME (the last one), or NULL. */
const char *cli_option(const struct cli *cli, const char *name);
/* The I-th value of a repeated option, or NULL. */
const char *cli_option_at(const struct cli *cli, const char *name, size_t i);
/* The option as a number of at least LEAST, FALLBACK where it was left out;
 * USAGE where it is none. */
enum err cli_option_number(const struct cli *cli, const char *name,
                           long long least, long long fallback, long long *out,
                           struct error *e);
/* The option as a time (RFC 3339, a date, or "14:05": today in the zone of
 * this process), 0 where it was left out; USAGE where it is not a time. */
enum err cli_option_time(const struct cli *cli, const char *name, int64_t *ms,
                         struct error *e);
/* ERR_OK where FILE may be opened: in a session only "-". */
enum err cli_may_open(const struct cli *cli, const char *file, struct error *e);
/* The text of FILE ("-" is standard input), a new string of LEN bytes that
 * the caller frees. */
enum err cli_read_file(const char *file, size_t max, char **text, size_t *len,
                       struct error *e);
/* FILE read as JSON; the caller owns the value. */
enum err cli_read_json(const char *file, const struct value_limits *limits,
                       struct value **out, struct error *e);

/* --- results: V is taken in all of these ---------------------------------- */
/* A column of a table: its title and the member of the row it shows. */
struct cli_column {
    const char *title;
    const char *key;
};

/* Prints an array as {"data": …} or as a table of COLUMNS (ended by a NULL
 * title); EMPTY is said to people where there are no rows. */
void cli_print_list(struct cli *cli, struct value *v,
                    const struct cli_column *columns, const char *empty);
/* As cli_print_list with further members (a cursor, counts) beside "data";
 * MORE is taken. */
void cli_print_page(struct cli *cli, struct value *v, struct value *more,
                    const struct cli_column *columns, const char *empty);
/* Prints an object: as it is, or as lines "title  value" of COLUMNS (NULL:
 * all members). */
void cli_print_object(struct cli *cli, struct value *v,
                      const struct cli_column *columns);
/* Prints V as JSON in both modes (indented for people at a terminal). */
void cli_print_json(struct cli *cli, struct value *v);
/* A sentence for people; nothing with --json or --quiet. */
void cli_say(struct cli *cli, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A diagnostic on stderr: "tailor: …". */
void cli_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same for an error, with what can be done about it. */
void cli_warn_error(const struct error *e);
/* Appends to OUT the sentence of E and what can be done about it. */
void cli_tell(const struct error *e, struct buf *out);

/* Says to a person on the terminal that WHOM is waited for, at most SECONDS. */
void cli_say_waiting(const struct cli *cli, const char *whom, int seconds);

/* Whether somebody can be asked. */
bool cli_at_terminal(void);

/* Asks on the terminal to type PHRASE; true where it was, or with --yes.
 * Without a terminal and without --yes: false with CHOICE in E. */
bool cli_confirm(struct cli *cli, const char *question, const char *phrase,
                 struct error *e);

/* The table of this program's commands. */
struct command_table cli_table(void);

/* Takes the global options out of ARGV into CLI. Returns how many words are
 * left, or -1 with USAGE in E. */
int cli_take_globals(struct cli *cli, int argc, char **argv, struct error *e);

/* Puts the ARGC words behind noun and verb into CLI->line. Errors: those of
 * command_parse(), and REFUSED for a file in a session. */
enum err cli_parse(struct cli *cli, int argc, char **argv, struct error *e);

#endif
