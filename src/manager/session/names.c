/* Resolving what people type. */
#include "manager/session/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/likeness.h"
#include "base/mem.h"
#include "base/text.h"
#include "manager/session/operation.h"

#define SHOWN 8 /* candidates in a message */

static void
copy_ref(struct name_ref *out, int64_t n, const char *id)
{
    out->n = n;
    snprintf(out->id, sizeof out->id, "%s", id);
}

/* Reads every row of Q; their labels become candidates. Where several match,
 * the only one that is preferred is what is meant. Q is ordered in the same
 * way, so another preferred one is never behind its last row. Returns how many
 * there are to choose from. */
static int
read_matches(struct manager *m, struct db_stmt *q, struct name_ref *out)
{
    int found = 0, preferred = 0;
    struct cs_match match;
    operation_no_candidates(m);
    while (cs_match_next(q, &match)) {
        operation_candidate(m, match.label);
        if (found++ == 0 || match.preferred)
            copy_ref(out, match.n, match.id);
        preferred += match.preferred != 0;
    }
    if (preferred == 1)
        found = 1;
    if (found == 1)
        operation_no_candidates(m);
    return found;
}

/* "a, b, c" of the candidates, which the caller frees. */
static char *
join_candidates(struct manager *m)
{
    struct buf out;
    buf_init(&out, 900);
    const char *const *c = manager_candidates(m);
    size_t i = 0;
    for (; c[i] && i < SHOWN; i++)
        buf_addf(&out, "%s%s", i ? ", " : "", c[i]);
    if (c[i])
        buf_addf(&out, ", and more");
    if (c[0] && buf_failed(&out))
        buf_truncate(&out, 0);
    return buf_take(&out);
}

static enum err
say_unknown(struct manager *m, const char *what, const char *name,
            struct error *e)
{
    char *shown = text_visible_dup(name);
    char *near = join_candidates(m);
    if (*near)
        error_set(e, ERR_NOT_FOUND,
                  "%s '%.200s': not found (did you mean one of: "
                  "%s)",
                  what, shown, near);
    else
        error_set(e, ERR_NOT_FOUND, "%s '%.200s': not found", what, shown);
    free(near);
    free(shown);
    return ERR_NOT_FOUND;
}

static enum err
say_ambiguous(struct manager *m, const char *what, const char *name,
              const char *remedy, struct error *e)
{
    char *shown = text_visible_dup(name);
    char *fits = join_candidates(m);
    error_set(e, ERR_AMBIGUOUS, "%s '%.200s': matches more than one (%s: %s)",
              what, shown, remedy, fits);
    free(fits);
    free(shown);
    return ERR_AMBIGUOUS;
}

/* Fills the candidates with the first column of Q and says NOT_FOUND. */
static enum err
not_found(struct manager *m, struct db_stmt *q, const char *what,
          const char *name, struct error *e)
{
    operation_no_candidates(m);
    while (db_row(q))
        operation_candidate(m, db_get_text(q));
    enum err err = db_end(q, e);
    return err == ERR_OK ? say_unknown(m, what, name, e) : err;
}

/* Runs statement ID, whose rows are refs, with NAME alone. */
static enum err
look_up(struct manager *m, int id, const char *name, struct name_ref *out,
        int *found, struct error *e)
{
    struct cs_ref ref;
    struct db_stmt *q = db_use(manager_db(m), id);
    db_text(q, name);
    operation_no_candidates(m);
    for (*found = 0; cs_ref_next(q, &ref); ++*found)
        copy_ref(out, ref.n, ref.id);
    return db_end(q, e);
}

enum err
name_integration(struct manager *m, const char *name, struct name_ref *out,
                 struct error *e)
{
    int found = 0;
    enum err err = look_up(
        m, ident_is(name) ? CS_INTEGRATION_BY_ID : CS_INTEGRATION_BY_KEY, name,
        out, &found, e);
    if (err != ERR_OK || found)
        return err;
    return not_found(m, db_use(manager_db(m), CS_INTEGRATION_KEYS),
                     "integration", name, e);
}

enum err
name_runtime(struct manager *m, const char *name, struct name_ref *out,
             struct error *e)
{
    int found = 0;
    enum err err = look_up(m, CS_NAME_RUNTIME_BY_NAME, name, out, &found, e);
    if (err == ERR_OK && !found && ident_is(name))
        err = look_up(m, CS_NAME_RUNTIME_BY_ID, name, out, &found, e);
    if (err != ERR_OK || found)
        return err;
    return not_found(m, db_use(manager_db(m), CS_NAME_RUNTIMES), "runtime",
                     name, e);
}

/* Whether statement ID has a row for NAME. */
static enum err
is_there(struct manager *m, int id, const char *name, bool *there,
         struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), id);
    db_text(q, name);
    *there = db_row(q);
    return db_end(q, e);
}

enum err
name_actor(struct manager *m, const char *name, struct error *e)
{
    bool there;
    enum err err = is_there(m, CS_NAME_ACTOR, name, &there, e);
    if (err == ERR_OK && !there)
        err = is_there(m, CS_AUDIT_HAS_ACTOR, name, &there, e);
    if (err != ERR_OK || there)
        return err;
    return not_found(m, db_use(manager_db(m), CS_NAME_ACTORS), "person", name,
                     e);
}

/* The word of records number I, NULL for an action that leaves none. */
static const char *
word_of_records(size_t i)
{
    if (i >= ACTION_COUNT)
        return reported_words[i - ACTION_COUNT];
    return action_table[i].mutates ? action_table[i].name : NULL;
}

static bool
is_nearly(const char *word, const char *name)
{
    size_t n = strlen(name);
    return likeness_distance(word, strlen(word), name, n) <= n / 4;
}

static bool
has_same_noun(const char *word, const char *name)
{
    size_t n = strcspn(word, ".");
    return strcspn(name, ".") == n && strncmp(word, name, n) == 0;
}

static bool
is_any(const char *word, const char *name)
{
    return *word || *name;
}

/* Makes candidates of the words of records that are ALIKE to NAME, where there
 * is none yet. */
static void
add_words(struct manager *m, const char *name,
          bool (*alike)(const char *word, const char *name))
{
    if (*manager_candidates(m))
        return;
    for (size_t i = 0; i < ACTION_COUNT + REPORTED_COUNT; i++) {
        const char *word = word_of_records(i);
        if (word && alike(word, name))
            operation_candidate(m, word);
    }
}

enum err
name_action(struct manager *m, const char *name, struct error *e)
{
    bool there = false;
    for (size_t i = 0; i < ACTION_COUNT + REPORTED_COUNT && !there; i++) {
        const char *word = word_of_records(i);
        there = word && strcmp(word, name) == 0;
    }
    /* An earlier version may have had other words. */
    enum err err =
        there ? ERR_OK : is_there(m, CS_AUDIT_HAS_ACTION, name, &there, e);
    if (err != ERR_OK || there)
        return err;
    operation_no_candidates(m);
    add_words(m, name, is_nearly);
    add_words(m, name, has_same_noun);
    add_words(m, name, is_any);
    return say_unknown(m, "action", name, e);
}

/* INTEGRATION-KEY/WORKFLOW-KEY: *KEY is set behind the slash and INTEGRATION
 * to what stands before it. */
static enum err
split_workflow(struct manager *m, const char **key, int64_t *integration,
               struct error *e)
{
    struct name_ref ref;
    const char *slash = strrchr(*key, '/');
    if (!slash)
        return ERR_OK;
    char *before = mem_strndup(*key, (size_t)(slash - *key));
    enum err err = name_integration(m, before, &ref, e);
    free(before);
    if (err == ERR_OK) {
        *integration = ref.n;
        *key = slash + 1;
    }
    return err;
}

enum err
name_workflow(struct manager *m, const char *name, int64_t integration,
              struct name_ref *out, struct error *e)
{
    int found = 0;
    const char *key = name;
    if (ident_is(name)) {
        enum err err = look_up(m, CS_WORKFLOW_BY_ID, name, out, &found, e);
        if (err != ERR_OK || found)
            return err;
    }
    enum err err = split_workflow(m, &key, &integration, e);
    if (err != ERR_OK)
        return err;
    struct db_stmt *q = db_use(manager_db(m), CS_WORKFLOW_BY_KEY);
    db_text(q, key);
    db_int(q, integration);
    found = read_matches(m, q, out);
    err = db_end(q, e);
    if (err != ERR_OK || found == 1)
        return err;
    if (found > 1)
        return say_ambiguous(m, "workflow", name, "say which", e);
    q = db_use(manager_db(m), CS_WORKFLOW_KEYS);
    db_int(q, integration);
    return not_found(m, q, "workflow", name, e);
}

enum err
name_workflow_of(struct manager *m, const char *name, int64_t installation,
                 struct name_ref *out, struct error *e)
{
    if (ident_is(name) || strchr(name, '/'))
        return name_workflow(m, name, 0, out, e);
    struct db_stmt *q = db_use(manager_db(m), CS_WORKFLOW_OF_INSTALLATION);
    db_int(q, installation);
    db_text(q, name);
    int found = read_matches(m, q, out);
    enum err err = db_end(q, e);
    if (err != ERR_OK || found == 1)
        return err;
    q = db_use(manager_db(m), CS_WORKFLOW_KEYS_OF_INSTALLATION);
    db_int(q, installation);
    return not_found(m, q, "workflow", name, e);
}

/* By username or by the customer's full name, with or without a key. One that
 * is installed is preferred to those that were uninstalled or whose user was
 * deleted. */
static enum err
match_installation(struct manager *m, int statement, const char *who,
                   const char *key, struct name_ref *out, int *found,
                   struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), statement);
    db_text(q, who);
    db_text(q, key);
    *found = read_matches(m, q, out);
    return db_end(q, e);
}

static enum err
find_installation(struct manager *m, const char *who, const char *key,
                  struct name_ref *out, int *found, struct error *e)
{
    enum err err = match_installation(m, CS_INSTALLATION_BY_USERNAME, who, key,
                                      out, found, e);
    if (err == ERR_OK && *found == 0)
        err = match_installation(m, CS_INSTALLATION_BY_CUSTOMER, who, key, out,
                                 found, e);
    return err;
}

enum err
name_installation(struct manager *m, const char *name, struct name_ref *out,
                  struct error *e)
{
    int found = 0;
    enum err err = ERR_OK;
    if (ident_is(name)) {
        err = look_up(m, CS_INSTALLATION_BY_ID, name, out, &found, e);
        if (err != ERR_OK || found)
            return err;
    }
    const char *slash = strrchr(name, '/');
    if (slash) {
        char *who = mem_strndup(name, (size_t)(slash - name));
        err = find_installation(m, who, slash + 1, out, &found, e);
        free(who);
    }
    if (err == ERR_OK && !found)
        err = find_installation(m, name, NULL, out, &found, e);
    if (err != ERR_OK || found == 1)
        return err;
    if (found > 1)
        return say_ambiguous(m, "installation", name, "give its id", e);
    struct db_stmt *q = db_use(manager_db(m), CS_INSTALLATION_NEAR);
    db_text(q, name);
    return not_found(m, q, "installation", name, e);
}

/* --- versions ------------------------------------------------------------- */

/* "v3" or "v3.1"; false where NAME is neither. */
static bool
parse_number(const char *name, int64_t *base_no, int64_t *fork_no)
{
    char *end;
    *fork_no = 0;
    if (name[0] != 'v' || name[1] < '1' || name[1] > '9')
        return false;
    *base_no = strtoll(name + 1, &end, 10);
    if (*end == '.' && end[1] >= '1' && end[1] <= '9')
        *fork_no = strtoll(end + 1, &end, 10);
    return *end == 0;
}

/* One that is released is preferred to drafts of its number. */
static enum err
find_number(struct manager *m, const char *name, int64_t workflow,
            int64_t installation, struct name_ref *out, struct error *e)
{
    int64_t base_no;
    int64_t fork_no;
    if (!parse_number(name, &base_no, &fork_no)) {
        operation_no_candidates(m);
        return say_unknown(m, "version", name, e);
    }
    bool own = installation && fork_no;
    struct db_stmt *q = db_use(manager_db(m), own ? CS_VERSION_BY_INSTALLATION
                                                  : CS_VERSION_BY_NUMBER);
    db_int(q, base_no);
    db_int(q, fork_no);
    db_int(q, workflow);
    if (own)
        db_int(q, installation);
    int found = read_matches(m, q, out);
    enum err err = db_end(q, e);
    if (err != ERR_OK || found == 1)
        return err;
    return found ? say_ambiguous(m, "version", name, "say which", e)
                 : say_unknown(m, "version", name, e);
}

/* What stands before the colon: an installation, an installation and a
 * workflow, or a workflow. */
static enum err
find_scope(struct manager *m, const char *scope, int64_t *workflow,
           int64_t *installation, struct error *e)
{
    struct name_ref ref;
    struct error first;
    if (name_workflow(m, scope, 0, &ref, &first) == ERR_OK) {
        *workflow = ref.n;
        return ERR_OK;
    }
    if (name_installation(m, scope, &ref, e) == ERR_OK) {
        *installation = ref.n;
        return ERR_OK;
    }
    const char *slash = strrchr(scope, '/');
    char *before = mem_strndup(scope, slash ? (size_t)(slash - scope) : 0);
    enum err err =
        e && slash ? name_installation(m, before, &ref, e) : ERR_NOT_FOUND;
    free(before);
    if (err != ERR_OK) {
        if (e)
            *e = first;
        return first.code;
    }
    *installation = ref.n;
    err = name_workflow(m, slash + 1, 0, &ref, e);
    *workflow = ref.n;
    return err;
}

/* INSTALLATION/WORKFLOW-KEY: the draft that is open there. The key has no
 * slash, but the installation may. */
static enum err
find_draft(struct manager *m, const char *name, struct name_ref *out,
           struct error *e)
{
    struct name_ref installation, workflow;
    const char *slash = strrchr(name, '/');
    char *before = mem_strndup(name, (size_t)(slash - name));
    enum err err = name_installation(m, before, &installation, e);
    free(before);
    if (err == ERR_OK)
        err = name_workflow_of(m, slash + 1, installation.n, &workflow, e);
    if (err != ERR_OK)
        return err;
    struct db_stmt *q = db_use(manager_db(m), CS_DRAFTS_OF_INSTALLED);
    db_int(q, installation.n);
    db_int(q, workflow.n);
    int found = read_matches(m, q, out);
    err = db_end(q, e);
    if (err != ERR_OK || found == 1)
        return err;
    if (found > 1)
        return say_ambiguous(m, "draft", name, "give its id", e);
    char *shown = text_visible_dup(name);
    error_set(e, ERR_NOT_FOUND, "draft '%.200s': no draft is open there",
              shown);
    free(shown);
    return ERR_NOT_FOUND;
}

enum err
name_check_own(struct manager *m, const char *name,
               const struct named_draft *draft, struct error *e)
{
    if (ident_is(name) || strcmp(draft->author, manager_actor(m)) == 0)
        return ERR_OK;
    struct buf candidate;
    buf_init(&candidate, 400);
    buf_addf(&candidate, "%s: %s by %s, revision %lld", draft->id, draft->label,
             draft->author, (long long)draft->revision);
    operation_no_candidates(m);
    operation_candidate(m, buf_str(&candidate));
    buf_clear(&candidate);
    char *shown = text_visible_dup(name);
    error_set(e, ERR_CHOICE,
              "%.200s: the draft that is open there is %s's, at revision %lld "
              "(if you mean this one, give its id)",
              shown, draft->author, (long long)draft->revision);
    free(shown);
    return ERR_CHOICE;
}

enum err
name_version(struct manager *m, const char *name, int64_t workflow,
             int64_t installation, struct name_ref *out, struct error *e)
{
    int found = 0;
    if (ident_is(name)) {
        enum err err = look_up(m, CS_VERSION_BY_ID, name, out, &found, e);
        if (err != ERR_OK || found)
            return err;
        return say_unknown(m, "version", name, e);
    }
    const char *colon = strrchr(name, ':');
    if (colon && strchr(colon, '/')) /* of a username */
        colon = NULL;
    if (!colon && !workflow && strchr(name, '/'))
        return find_draft(m, name, out, e);
    if (!colon)
        return find_number(m, name, workflow, installation, out, e);
    char *scope = mem_strndup(name, (size_t)(colon - name));
    enum err err = find_scope(m, scope, &workflow, &installation, e);
    free(scope);
    return err == ERR_OK
               ? find_number(m, colon + 1, workflow, installation, out, e)
               : err;
}

void
version_label(char out[VERSION_LABEL_SIZE], int64_t base_no, int64_t fork_no)
{
    if (fork_no)
        snprintf(out, VERSION_LABEL_SIZE, "v%lld.%lld", (long long)base_no,
                 (long long)fork_no);
    else
        snprintf(out, VERSION_LABEL_SIZE, "v%lld", (long long)base_no);
}
