/*
 * The installations of the store as a source of rows: a window moved by
 * keyset cursors, counted in slices beside the input loop.
 */
#ifndef TAILOR_UI_SCREEN_INSTALLATION_SOURCE_H
#define TAILOR_UI_SCREEN_INSTALLATION_SOURCE_H

#include "manager/installation/installation.h"
#include "ui/app/app.h"

/* The columns, as they stand on the screen: what they show is a row of the
 * table in installations.c, what they sort by of that in
 * installation_source.c. */
enum installation_column {
    COLUMN_CUSTOMER,
    COLUMN_INTEGRATION,
    COLUMN_LIVE,
    COLUMN_DRAFT,
    COLUMN_STATE,
    COLUMN_CHANGED,
    COLUMN_COUNT
};

struct installation_source {
    struct manager *manager; /* borrowed */
    struct app *app;
    struct installation_filter filter;
    char *text;                /* of the filter */
    long long count, total;    /* -1: not known yet */
    bool counting, all;        /* all: whatever the filter */
    int64_t position, counted; /* of the count in progress */
};

/* The texts of a row as they are shown, which it owns: state is "failing 3",
 * newer the label of a newer base that is out (NULL: none). What stands here
 * is freed with the row. */
#define INSTALLATION_TEXTS(T)                                                  \
    T(id)                                                                      \
    T(customer)                                                                \
    T(title)                                                                   \
    T(username)                                                                \
    T(integration)                                                             \
    T(live)                                                                    \
    T(draft)                                                                   \
    T(state)                                                                   \
    T(newer)

/* What the columns are given. */
struct installation_item {
#define T(name) char *name;
    INSTALLATION_TEXTS(T)
#undef T
    int condition;
    bool releasing; /* the runtime has not answered yet */
    int64_t changed_at;
    /* Why it cannot be paused or resumed, NULL where it can; static. */
    const char *no_pause, *no_resume;
};

/* S is cleared with installation_source_clear. */
void installation_source_init(struct installation_source *s,
                              struct manager *manager, struct app *app);
void installation_source_clear(struct installation_source *s);

/* The source for table_init; its rows' data are struct installation_item. */
struct row_source installation_rows(struct installation_source *s);

/* Counts again, beside the loop; what was counted before stays shown. */
void installation_source_count(struct installation_source *s);

/* Ends the count in progress; false where none is. */
bool installation_source_cancel(struct installation_source *s);

#endif
