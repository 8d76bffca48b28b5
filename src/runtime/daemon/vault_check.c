/* The check value of the vault: one text sealed by the newest key, kept in
 * the store, so that a missing or wrong key file is found at start. */
#include "runtime/daemon/vault_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ident.h"
#include "base/mem.h"
#include "runtime/daemon/command.h"
#include "runtime/outbound/vault.h"
#include "store/runtime.h"

#define CHECK_KEY "vaultCheck"
#define CHECK_TEXT "the keys of this vault"

enum { SEALED_MAX = 1 << 18, CHECK_MAX = 512 };

static const struct vault_name check_name = {"", "vault", "check"};

/* --- the check value ------------------------------------------------------ */

/* "KEY HEX" in the table of facts about the store. */
enum err
vault_check_keep(struct db *db, const struct vault *vault, struct error *e)
{
    struct buf sealed, text;
    char hex[2 * CHECK_MAX + 1];
    buf_init_any(&sealed);
    buf_init_any(&text);
    enum err err = vault_seal(vault, &check_name, CHECK_TEXT,
                              strlen(CHECK_TEXT), &sealed, e);
    if (err == ERR_OK) {
        hex_encode(hex, sealed.data, sealed.len);
        buf_addf(&text, "%lld %s", (long long)vault_key_no(vault), hex);
        struct db_stmt *q = db_use(db, RS_META_SET);
        db_text(q, CHECK_KEY);
        db_text(q, buf_str(&text));
        err = db_run(q, e);
    }
    buf_clear(&sealed);
    buf_clear(&text);
    return err;
}

/* Whether TEXT, as vault_check_keep wrote it, opens. */
static bool
check_opens(const struct vault *vault, const char *text)
{
    unsigned char sealed[CHECK_MAX];
    char *end = NULL;
    long long key_no = strtoll(text, &end, 10);
    size_t n = *end == ' ' ? strlen(end + 1) / 2 : 0;
    struct buf plain;
    if (n == 0 || n > sizeof sealed || !hex_decode(sealed, end + 1, n))
        return false;
    buf_init(&plain, CHECK_MAX);
    bool good = vault_unseal(vault, &check_name, key_no, sealed, n, &plain,
                             NULL) == ERR_OK;
    vault_wipe(&plain);
    return good;
}

/* --- credentials ---------------------------------------------------------- */

/* A store of a program without check values: whether any of its first sealed
 * credentials opens. COUNT receives how many it tried. */
static enum err
any_opens(struct db *db, const struct vault *vault, size_t *count, bool *opens,
          struct error *e)
{
    struct db_stmt *q = db_use(db, RS_CREDENTIAL_OLD_KEYS);
    db_int(q, 0);
    db_int(q, 0);
    *count = 0;
    *opens = false;
    struct rs_sealed_credential c;
    while (rs_sealed_credential_next(q, &c)) {
        const struct vault_name name = {c.user_id, c.app, c.id};
        struct buf plain;
        buf_init(&plain, SEALED_MAX);
        *opens |= vault_unseal(vault, &name, c.key_no, c.sealed,
                               c.sealed_length, &plain, NULL) == ERR_OK;
        vault_wipe(&plain);
        (*count)++;
    }
    return db_end(q, e);
}

static enum err
read_check(struct db *db, char **out, struct error *e)
{
    struct db_stmt *q = db_use(db, RS_META_GET);
    db_text(q, CHECK_KEY);
    *out = db_row(q) ? mem_strdup(db_get_text(q)) : NULL;
    return db_end(q, e);
}

/* --- at start ------------------------------------------------------------- */

static enum err
refuse_missing(const struct vault *vault, struct error *e)
{
    return error_set(
        e, ERR_REFUSED,
        "vault %s: the file is missing, and credentials in the store are "
        "sealed with its keys (put your copy of the file back; if there is no "
        "copy, run \"tailord vault lost\": all customers must connect again)",
        vault_path(vault));
}

static enum err
refuse_wrong(const struct vault *vault, struct error *e)
{
    return error_set(
        e, ERR_DAMAGED,
        "vault %s: its keys do not open the credentials in the store (the "
        "file was changed or belongs to another runtime: put your copy of "
        "the right file back)",
        vault_path(vault));
}

static enum err
check_in(struct db *db, struct vault *vault, struct error *e)
{
    char *text = NULL;
    size_t sealed = 0;
    bool opens = false, empty = vault_key_no(vault) == 0;
    enum err err = read_check(db, &text, e);
    if (err == ERR_OK)
        err = any_opens(db, vault, &sealed, &opens, e);
    if (err == ERR_OK && text && !empty)
        opens = check_opens(vault, text);
    free(text);
    if (err == ERR_OK && sealed && empty)
        err = refuse_missing(vault, e);
    if (err == ERR_OK && sealed && !opens)
        err = refuse_wrong(vault, e);
    if (err == ERR_OK && empty)
        err = vault_rotate(vault, e);
    return err == ERR_OK ? vault_check_keep(db, vault, e) : err;
}

enum err
vault_check(struct db *db, struct vault *vault, struct error *e)
{
    enum err err = db_begin(db, e);
    if (err == ERR_OK)
        err = check_in(db, vault, e);
    if (err == ERR_OK)
        return db_commit(db, e);
    db_rollback(db);
    return err;
}

/* --- keys that are lost --------------------------------------------------- */

enum err
vault_command_lost(const struct command_place *place,
                   const struct value *arguments, struct value **out,
                   struct error *e)
{
    (void)arguments;
    if (place->core)
        return error_set(e, ERR_REFUSED,
                         "vault: a running tailord has its keys (stop it "
                         "first, and only if the file of keys is lost)");
    struct db_stmt *q = db_use(place->db, RS_CREDENTIALS_LOST);
    enum err err = db_run(q, e);
    if (err == ERR_OK) {
        char text[120];
        snprintf(text, sizeof text,
                 "%lld credentials removed; their customers must connect again",
                 (long long)db_changes(place->db));
        *out = value_string(text);
    }
    return err;
}
