/* What the tests of all editors of a draft share: each case is run in every
 * editor of the table in drafts.c. */
#ifndef TAILOR_TEST_DRAFTS_H
#define TAILOR_TEST_DRAFTS_H

#include "tests/unit/ui/draft/grids.h"

struct editor_case {
    const char *name;
    const char *way;           /* to the cell, from the blocks of the draft */
    const char *open;          /* opens the cell and empties it */
    const char *cell, *old;    /* JSON Pointer of it; what it holds, as JSON */
    const char *typed, *new;   /* what is typed, and that as JSON */
    const char *refused, *why; /* what the editor refuses, and what it says */
    const char *same, *theirs; /* another's edit of the cell, and its JSON */
    const char *elsewhere;     /* another's edit of something else … */
    const char *place, *there; /* … the JSON Pointer of that, and its JSON */
    const char *removes;       /* another's edit that removes all of it */
    const char *sheet;         /* a paste that changes the cell; NULL: none */
    const char *row;           /* JSON Pointer of its row; NULL: not in one */
};

/* Chooses the button of a question that acts. */
#define YES "\n!later 300\nTab\n!later 300\nEnter\n!later 1000\n"

/* The draft of a customer, that one editor is tried on. */
struct trial_draft {
    const struct editor_case *c;
    int customer;
    char id[IDENT_SIZE];
    const char *patch; /* of meanwhile */
};

/* What stands at POINTER of the draft, as JSON; "" for nothing; a new
 * string. */
char *stored(const struct trial_draft *t, const char *pointer);
void check_stored(const struct trial_draft *t, const char *pointer,
                  const char *wanted);

/* Runs KEYS as ACTOR in the editor, ACT at the line ":meanwhile"; what is
 * shown then must have WORDS (NULL: anything). */
void play(struct trial_draft *t, const char *actor, const char *keys,
          void (*act)(void *t), const char *words);

/* The keys that type into the cell, and after them MORE; static. */
const char *typing(const struct trial_draft *t, const char *more);

/* Another session of the same person takes the draft and makes t->patch. */
void eve_edits(void *t);

/* Runs CASE in every editor, each on the draft of a customer of its own. */
void in_all(void (*run)(struct trial_draft *t));

#define ALIKE(name)                                                            \
    static void name##_in_all(void)                                            \
    {                                                                          \
        in_all(name);                                                          \
    }

#endif
