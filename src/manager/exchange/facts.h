/*
 * What runtimes say: facts of their feeds, receipts for requests, and the
 * state for a first or repaired copy. Only these move the console's copy of
 * live and awaiting versions. remote/protocol.h reads them from answers and
 * checks them; strings and values here are borrowed from the answer.
 */
#ifndef TAILOR_MANAGER_EXCHANGE_FACTS_H
#define TAILOR_MANAGER_EXCHANGE_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/ident.h"
#include "value/value.h"

struct manager;

enum fact_member {
    HAS_USER = 1,
    HAS_USERNAME = 2,
    HAS_INSTALLATION = 4,
    HAS_INTEGRATION = 8,
    HAS_WORKFLOW = 16,
    HAS_VERSION = 32,
    HAS_APP = 64
};

enum fact_kind {
#define FACT(name, word, needs) FACT_##name,
#include "manager/exchange/facts.def"
#undef FACT
    FACT_UNKNOWN /* of a newer runtime: counted, not applied */
};

struct fact {
    int64_t sequence;
    int64_t at; /* milliseconds */
    enum fact_kind kind;
    /* ids and words; NULL where the record has none */
    const char *user_id, *username, *full_name;
    const char *installation_id, *integration_id, *workflow_id;
    const char *version_id, *previous_version_id;
    const char *hash; /* of the version's content; NULL: not told */
    const char *cause, *key, *app, *credential_id;
    const char *state, *message;                 /* of a credential */
    const struct value *needs, *scopes, *fields; /* arrays or NULL */
    bool on;                                     /* todo */
    int64_t failed, parked, set_aside;           /* runs */
};

struct fact_page {
    struct fact *facts; /* sequence rises by one from element to element */
    size_t count;
    int64_t cursor;        /* sequence of the last; the request's where empty */
    int64_t head;          /* newest sequence of the feed */
    char hash[65];         /* SHA-256 of the page's canonical form */
    const char *feed_hash; /* running hash at the cursor, or NULL */
};

enum outcome {
#define OUTCOME(name, word, done, kinds) OUTCOME_##name,
#include "manager/exchange/outcomes.def"
#undef OUTCOME
    OUTCOME_COUNT
};

struct receipt_item {
    enum outcome outcome;
    const char *installation_id, *workflow_id;
    const char *live_version_id, *awaiting_version_id; /* NULL: none */
    const char *live_hash, *awaiting_hash; /* NULL: not told */
    const char *message;                               /* for people */
    const struct value *needs;                         /* array or NULL */
};

struct receipt {
    const char *key;
    int64_t sequence;      /* of the runtime's receipts */
    int64_t feed_sequence; /* newest fact once it was decided */
    int64_t at;            /* milliseconds */
    bool done;             /* false: refused, nothing of it took effect */
    const char *head;      /* of the chain of receipts */
    struct receipt_item *items;
    size_t count;
    char *text; /* canonical form, kept for proving a cut audit tail; owned */
};

struct state_workflow {
    const char *workflow_id, *live_version_id, *awaiting_version_id;
    const char *live_hash, *awaiting_hash; /* NULL: not told */
    const struct value *needs;
    bool active, off, todo; /* active: not paused */
};

struct state_entry {
    const char *user_id, *username, *full_name;
    const char *installation_id, *integration_id; /* NULL: a user only */
    int state; /* enum installation_state of store/console.h */
    int64_t created_at;
    const struct value *connected, *answered;
    struct state_workflow *workflows;
    size_t count;
};

struct state_page {
    struct state_entry *entries;
    size_t count;
    const char *cursor;    /* of the next page; NULL on the last */
    int64_t feed_cursor;   /* facts up to it are in this page */
    const char *feed_hash; /* running hash at feed_cursor, or NULL */
    const char *restore;   /* what the runtime is held for, or NULL */
    char hash[65];
};

/* What a restore can undo. */
enum undone {
#define UNDONE(name, word, one, many) UNDONE_##name,
#include "manager/exchange/undone.def"
#undef UNDONE
    UNDONE_COUNT
};

/* Why a full copy is taken of a runtime_row that is altered. */
#define COPY_ALTERED                                                           \
    "another program changed in this store how far this runtime was read"

/* A full copy in progress: begun by manager_copy_begin, carried from page to
 * page. */
struct full_copy {
    bool began;      /* a page has come */
    bool held;       /* the runtime is held, after a restore */
    char restore[IDENT_SIZE]; /* which one, "" where it does not tell */
    int64_t in_doubt; /* its runs that the restore has parked */
    int64_t cursor;  /* of the feed, at the first page */
    char hash[65];   /* running hash there, "" where none is known */
    /* With those of the copies since a restore was accepted last: */
    int64_t moved;   /* live versions that the copy has changed */
    int64_t undone[UNDONE_COUNT]; /* how often the copy shows each */
    int64_t again;   /* entries that are sent again */
    int64_t absent, absent_users; /* after the last page: that none has named */
    const char *why; /* why it is taken; NULL: a first copy */
    int64_t asked;   /* runtime_row.copy_asked as it begins */
    bool behind; /* not for a restore: this store did not read for too long, or
                  * a person asked */
};

/* A released version as a runtime lists it; strings borrowed. */
struct version_entry {
    const char *id, *workflow_id, *installation_id; /* NULL: a base version */
    int64_t base_no, fork_no, released_at;
    const char *hash, *released_by;
};

struct version_page {
    struct version_entry *entries;
    size_t count;
    const char *cursor;   /* of the next page; NULL on the last */
    const char *position; /* behind the last entry */
};

/* The word of a fact kind or an outcome, static. */
const char *fact_word(enum fact_kind kind);
const char *outcome_word(enum outcome outcome);

/* The kind or outcome of WORD; FACT_UNKNOWN, OUTCOME_COUNT where none. */
enum fact_kind fact_of_word(const char *word);
enum outcome outcome_of_word(const char *word);

/* Whether OUTCOME says that the item was done; false for OUTCOME_COUNT. */
bool outcome_is_done(enum outcome outcome);

/* Whether OUTCOME may answer a request of KIND. */
bool outcome_answers(enum outcome outcome, const char *kind);

/* The enum fact_member bits of KIND. */
unsigned fact_members(enum fact_kind kind);

/* Applies a page of the feed of the runtime named by its id, in one
 * transaction with its cursor and one audit record (and one for each change
 * of a live or awaiting version). A page that was applied before changes
 * nothing. Errors: CONFLICT where the page leaves a gap after the cursor. */
enum err manager_apply_facts(struct manager *m, const char *runtime_id,
                             const struct fact_page *page, struct error *e);

/* Applies N receipts in one transaction: outbox rows are done or refused,
 * pointers move where no later fact has moved them. A receipt that was
 * applied before changes nothing; one whose number is not above the last is
 * applied, and *WENT_BACK says so: the runtime was put back. */
enum err manager_apply_receipts(struct manager *m, const char *runtime_id,
                                const struct receipt *receipts, size_t n,
                                bool *went_back, struct error *e);

/* A full copy of the runtime begins, because of COPY->why (NULL: it is the
 * first): one audit record and, where there is a reason, a notice. */
enum err manager_copy_begin(struct manager *m, const char *runtime_id,
                            const struct full_copy *copy, struct error *e);

/* Applies a page of the state (of users or of installations) as part of COPY.
 * With LAST the feed's cursor at the first page becomes the runtime's, and
 * the notice says what the copy has found. A page that changes nothing has
 * no audit record. Nothing is deleted because it is absent. */
enum err manager_apply_state(struct manager *m, const char *runtime_id,
                             const struct state_page *page,
                             struct full_copy *copy, bool last,
                             struct error *e);

#endif
