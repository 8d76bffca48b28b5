/*
 * What a console knows of one runtime with one customer, and the full copies
 * that it takes of a backup: for the tests of what a restore has undone.
 */
#ifndef TAILOR_TEST_RESTORES_KNOWN_H
#define TAILOR_TEST_RESTORES_KNOWN_H

#include "base/ident.h"
#include "manager/exchange/exchange.h"
#include "manager/exchange/facts.h"
#include "manager/exchange/runtime.h"
#include "tests/unit/manager/fixture.h"
#include "value/value.h"

#define RUNTIME "r1"
#define NAME "us-1"
#define USER "000000000000000002000001"
#define OTHER_USER "0000000000000000000000aa"
#define OTHER_INSTALLATION "0000000000000000000000ab"
#define NEW_VERSION "0000000000000000000000ac"
#define REMOTE "5b0000000000000000000001"
#define APP "netsuite"

/* The runtime as the backup has it: one user, one installation, one workflow.
 * An id as TEXT stands for that of the world below. */
struct backup {
    struct state_workflow workflow;
    struct state_entry installation;
};

extern struct known {
    struct manager *m;
    int64_t n, sequence; /* of the runtime; of the last fact */
    char installation[IDENT_SIZE], workflow[IDENT_SIZE], live[IDENT_SIZE];
    char integration[IDENT_SIZE];
    struct value *none, *apps, *fields;
} known;

enum about { OF_USER, OF_INSTALLATION, OF_WORKFLOW };

/* A fact of KIND about the user, the installation or the workflow. */
struct fact known_fact_of(enum fact_kind kind, enum about about);

/* The next record of the feed. */
void known_tell(struct fact f);

/* What the fact does to a runtime that is backed up then. */
void known_happen(struct backup *b, enum fact_kind kind, enum about about);

/* TEXT as JSON, for the caller to free. */
struct value *known_parsed(const char *text);

void known_start(void);

/* What is left of each test is what the audit says. */
void known_end(void);
/* Where a test has written rows behind the manager's back. */
void known_close(void);

/* The runtime as it began. */
struct backup known_back_up(void);

/* The users of the runtime, then B; COUNT of MORE are there, too. */
void known_copy(struct backup b, const struct state_entry *more, size_t count,
                struct full_copy *copy);

/* How much C has found. */
int64_t known_sum(const struct full_copy *c);

/* The notice of the runtime HAS a text. */
void known_check_notice(const char *has);

/* A contact with a runtime that is not held. */
void known_meet(bool differs);

/* The restore is accepted: what it has undone is forgotten. */
void known_accept_restore(void);

void known_accept_here(void);

struct full_copy known_held_copy(void);

/* The runtime is as the world began, and nothing of it is undone. */
void known_begin_again(void);

#endif
