/*
 * Releases: what makes another version live at a runtime. Each operation
 * plans first; the plan is what screens and --dry-run show, and the same plan
 * is made again inside the transaction that acts. After it the version is
 * *releasing*: only the runtime's answer (facts.h) moves the live version.
 */
#ifndef TAILOR_MANAGER_RELEASE_RELEASE_H
#define TAILOR_MANAGER_RELEASE_RELEASE_H

#include "base/digest.h"
#include "manager/exchange/facts.h"
#include "manager/release/checked.h"
#include "manager/session/manager.h"
#include "manager/session/names.h"

struct pool;

/* A version as plans show it; id "" if none exists. */
struct plan_version {
    int64_t n;
    char id[IDENT_SIZE];
    char hash[DIGEST_SIZE]; /* of its content; "": none is here */
    char label[VERSION_LABEL_SIZE];
    const char *author;
    const char *note;
    int64_t base_no, fork_no; /* 0: a base version */
};

/* A request that a release has queued. */
struct release_request {
    const char *runtime; /* name; lives as long as the plan */
    char key[IDENT_SIZE]; /* of the outbox */
};

struct release_options {
    const char *note;      /* NULL: the draft's own */
    bool dry_run;          /* plan only */
    bool replace_awaiting; /* take back the version that awaits */
    bool stale_ok;         /* undo what went live since the draft was made */
    bool run_now;          /* run it once it is live; items[].can_run */
    /* One hash for each draft, of the document that was shown; NULL (or a
     * NULL element): as it is now. */
    const char *const *shown;
    /* The same of what its samples gave: items[].expected.decided. */
    const char *const *shown_decided;
    /* The plan, of a dry run of the same call, that a person was asked about;
     * NULL: nobody was. STALE where something else would be done: another
     * version becomes live, is live, or waits for the customer. */
    const struct release_plan *asked;
};

/* What releasing one draft does. Strings live as long as the plan. */
struct release_item {
    struct plan_version version;
    char hash[65];
    const char *integration; /* keys and names as people know them */
    const char *workflow;
    const char *workflow_name;
    const char *installation_id; /* NULL: a base version */
    const char *customer; /* name, username, and both as customer_who() */
    const char *username, *who;
    const char *phrase; /* what names the customer when typed */
    const char *environment;
    const char **runtimes;        /* names, NULL-terminated */
    struct plan_version live;     /* now */
    const char *forked_from; /* label of the base version that LIVE was forked
                                from, where VERSION is another one; NULL */
    struct plan_version awaiting; /* in the way */
    bool unseen; /* what is live is not in this store: LIVE is empty */
    bool stale;
    bool can_run; /* it runs once when asked to: an installation starts it */
    bool material;             /* awaits; else live at once */
    const struct value *needs; /* what the customer must do, or NULL */
    const char **undone;       /* lines: what a stale release undoes */
    const char **lost;         /* lines: what the awaiting version brings */
    const char **rivals;       /* lines: other open drafts of the same place;
                                  they are stale once this is live */
    const char **changes;      /* lines against the live version, whole blocks
                                  first */
    /* Where VERSION, an own one, is made on another base than LIVE: the labels
     * of both bases; the lines of CHANGES that the new base brings, and the
     * others; and lines of VERSION against its base. Else NULL. */
    const char *base_from, *base_to;
    const char **base_changes, **own_changes, **own_edits;
    const char **authors; /* who made or changed the draft, and the drafts that
                             it was forked from; NULL-terminated */
    const char **blanks;       /* lines: targets that nothing fills */
    const char **warnings;     /* lines: the warnings of validate_document */
    struct checked expected; /* the samples with an expected result */
    const char **triggers;     /* lines; none: the trigger stays the same */
    const char *paused; /* a sentence: it is paused, or will be, and what then
                           happens to its events; NULL: it runs */
    const char *held;   /* a sentence: which of RUNTIMES are held and what then
                           happens; NULL: none */
    int64_t others;  /* installations of the workflow that no item of the plan
                        touches */
    int64_t on_base; /* of a base version: those of OTHERS on a base version */
    const struct error *refusal; /* of a dry run: why the same call without
                                    it is refused; NULL: it is not */
    /* Once released: one for each runtime that decides; a base version may
     * have several or none, what an installation runs has one. */
    struct release_request *requests;
    size_t request_count;
    /* Of a repeated release: what the version is already, "live", "awaiting",
     * or "released" for a base version; NULL. */
    const char *done;
    int64_t done_as_of; /* when its runtime answered last; 0: several do */
    bool without_run;   /* of a repeated release: no run was asked for */
};

struct release_plan {
    struct release_item *items;
    size_t count;
    struct pool *pool;
    struct value **values; /* owned: the needs */
    size_t value_count;
    bool released;
};

/* Plans and, without dry_run, releases the N DRAFTS (names), all or none.
 * *PLAN is filled as far as it came, also on errors, and is cleared with
 * release_plan_clear. Errors: INVALID (does not validate), CONFLICT (not the
 * shown hash, no open draft, one is releasing), STALE (items[].undone),
 * CHOICE (another version awaits: candidates are its id; a name stands for
 * another's draft that is not ready: the candidate tells it), REFUSED (four
 * eyes; an uninstalled installation; a sample that differs and blocks). A dry
 * run is ERR_OK where one is refused (hash, four eyes, state, stale, awaiting,
 * samples): items[].refusal tells it. */
enum err manager_release(struct manager *m, const char *const *drafts, size_t n,
                         const struct release_options *options,
                         struct release_plan *plan, struct error *e);
/* The plan of N VERSIONS (names) that were released before: with the requests
 * that wait for their runtimes, or with items[].done. PLAN->released is false
 * where one of them is a draft, was refused, or is no longer what it was
 * released for. Cleared with release_plan_clear, also after an error. */
enum err manager_release_repeated(struct manager *m,
                                  const char *const *versions, size_t n,
                                  struct release_plan *plan, struct error *e);
void release_plan_clear(struct release_plan *plan);

/* The key of the request of ITEM that one runtime decides, borrowed from it;
 * NULL where nothing is queued. */
const char *release_item_key(const struct release_item *item);

/* Takes the lines about what a release changes. */
enum change_line {
    CHANGE_LINE_HEAD, /* names what is compared with what */
    CHANGE_LINE_ONE,
    CHANGE_LINE_NONE /* says that nothing changes */
};
struct change_sink { /* LABEL is static */
    void (*say)(void *ctx, const char *label, enum change_line kind,
                const char *text);
    void *ctx;
};

/* Says in labelled lines, the same on every screen and in every command, what
 * ITEM changes, compared with what, and whether the base is another one. */
void release_item_say_changes(const struct release_item *item,
                              const struct change_sink *words);

/* What a person types before ITEM is released, borrowed from it: the key of
 * the workflow of a base version, which is for every new installation; what
 * names the customer where the release undoes what went live meanwhile; else
 * NULL. */
const char *release_item_phrase(const struct release_item *item);

/* The same for an installation's workflow, by names; one item each. */

/* Takes the awaiting version back; of the options it reads note and dry_run.
 * NOT_FOUND where none awaits. */
enum err manager_withdraw(struct manager *m, const char *installation,
                          const char *workflow,
                          const struct release_options *options,
                          struct release_plan *plan, struct error *e);

/* A new version with the content of TO (NULL: what was live before) is
 * released; where TO is a base version: returns to it. REFUSED without TO
 * where the live version came by going back: what was live before is what was
 * gone back from. */
enum err manager_rollback(struct manager *m, const char *installation,
                          const char *workflow, const char *to,
                          const struct release_options *options,
                          struct release_plan *plan, struct error *e);

/* From a user-specific version back to base TO (NULL: the newest). REFUSED
 * where a base version is live. */
enum err manager_base(struct manager *m, const char *installation,
                      const char *workflow, const char *to,
                      const struct release_options *options,
                      struct release_plan *plan, struct error *e);

/* From a base version to a newer one TO (NULL: the newest). REFUSED where a
 * user-specific version is live or a sample that differs blocks; TO live
 * already: ERR_OK, no item. */
enum err manager_upgrade(struct manager *m, const char *installation,
                         const char *workflow, const char *to,
                         const struct release_options *options,
                         struct release_plan *plan, struct error *e);

/* --- upgrade of many ----------------------------------------------------- */
#define UPGRADE_ROWS_KEPT 1000

enum upgrade_fate { UPGRADE_AT_ONCE, UPGRADE_MUST_ASK, UPGRADE_SKIPPED };

struct upgrade_row {
    enum upgrade_fate fate;
    char installation_id[IDENT_SIZE];
    const char *customer, *username, *who; /* as in struct release_item */
    const char *reason;   /* of a skipped one */
    const char *expected; /* a sentence where they are not as agreed */
    size_t key;         /* which of the plan's keys, where one was queued */
};

/* An installation that is upgraded, from which version, and how. */
struct upgrade_choice {
    int64_t installation, live; /* rows */
    bool must_ask;
    const char *who;
};

struct upgrade_options {
    const char *note;   /* stands in every record; NULL: none */
    const char *to;     /* base version; NULL: the newest */
    const char *filter; /* struct installation_filter's text; NULL: all */
    int64_t limit;      /* of upgraded installations; 0: all */
    bool dry_run;
    /* Called after each chunk with what was looked at and all; may be NULL. */
    void (*progress)(void *context, int64_t done, int64_t all);
    void *context;
    /* The plan, of a dry run of the same call, that a person was asked about;
     * NULL: nobody was. */
    const struct upgrade_plan *asked;
};

struct upgrade_plan {
    struct plan_version to;
    int64_t at_once, must_ask, skipped;
    struct upgrade_row *rows; /* the first UPGRADE_ROWS_KEPT */
    size_t count;
    struct pool *pool;
    char (*keys)[IDENT_SIZE]; /* owned: of the outbox, of what was queued */
    size_t key_count;
    struct upgrade_choice *choices; /* owned: all, by installation */
    size_t choice_count;
};

/* Plans and, without dry_run, queues the upgrade of every installation of
 * WORKFLOW whose live version is an older base, in chunks of one transaction
 * each (an error keeps the chunks before it). The filter is read once, before
 * the first chunk: it takes the rows that manager_installation_list shows for
 * it. A filter that is not valid fails with the same error and changes
 * nothing; one that no installation of WORKFLOW fits fails with NOT_FOUND.
 * STALE where another version or other installations would be upgraded than in
 * the plan that was asked about. */
enum err manager_upgrade_many(struct manager *m, const char *workflow,
                              const struct upgrade_options *options,
                              struct upgrade_plan *plan, struct error *e);
void upgrade_plan_clear(struct upgrade_plan *plan);

#endif
