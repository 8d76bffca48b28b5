/* Rotating the vault's key while running. */
#include <stdio.h>
#include <stdlib.h>

#include "base/ident.h"
#include "base/mem.h"
#include "runtime/daemon/command.h"
#include "runtime/daemon/vault_check.h"
#include "runtime/outbound/vault.h"
#include "runtime/runtime.h"
#include "store/runtime.h"

enum { AT_ONCE = 100, SEALED_MAX = 1 << 18 };

struct old {
    int64_t n, key_no;
    char id[IDENT_SIZE], user_id[IDENT_SIZE], app[64];
    struct buf sealed;
};

static enum err
read_old(struct db *db, int64_t key_no, int64_t after, struct old *list,
         size_t *count, struct error *e)
{
    *count = 0;
    struct db_stmt *q = db_use(db, RS_CREDENTIAL_OLD_KEYS);
    db_int(q, key_no);
    db_int(q, after);
    struct rs_sealed_credential c;
    while (*count < AT_ONCE && rs_sealed_credential_next(q, &c)) {
        struct old *o = &list[(*count)++];
        *o = (struct old){.n = c.n, .key_no = c.key_no};
        snprintf(o->id, sizeof o->id, "%s", c.id);
        snprintf(o->app, sizeof o->app, "%s", c.app);
        snprintf(o->user_id, sizeof o->user_id, "%s", c.user_id);
        buf_init(&o->sealed, SEALED_MAX);
        buf_add(&o->sealed, c.sealed, c.sealed_length);
    }
    return db_end(q, e);
}

static enum err
seal_again(struct db *db, const struct vault *vault, const struct old *o,
           struct error *e)
{
    const struct vault_name name = {o->user_id, o->app, o->id};
    struct buf plain, sealed;
    buf_init_any(&plain);
    buf_init_any(&sealed);
    enum err err = vault_unseal(vault, &name, o->key_no, o->sealed.data,
                                o->sealed.len, &plain, e);
    if (err == ERR_OK)
        err = vault_seal(vault, &name, plain.data, plain.len, &sealed, e);
    if (err == ERR_OK) {
        struct db_stmt *q = db_use(db, RS_CREDENTIAL_SEAL);
        db_blob(q, sealed.data, sealed.len);
        db_int(q, vault_key_no(vault));
        db_int(q, o->n);
        err = db_run(q, e);
    }
    vault_wipe(&plain);
    buf_clear(&sealed);
    return err;
}

enum err
vault_command_rotate(const struct command_place *place,
                     const struct value *arguments, struct value **out,
                     struct error *e)
{
    struct vault *vault = place->runtime->vault;
    struct old *list = mem_array(AT_ONCE, sizeof *list);
    int64_t after = 0, sealed = 0;
    size_t n = 1;
    char text[80];
    (void)arguments;
    enum err err = vault_rotate(vault, e);
    while (err == ERR_OK && n > 0) {
        err = read_old(place->db, vault_key_no(vault), after, list, &n, e);
        for (size_t i = 0; i < n; i++) {
            if (err == ERR_OK)
                err = seal_again(place->db, vault, &list[i], e);
            after = list[i].n;
            sealed++;
            buf_clear(&list[i].sealed);
        }
    }
    free(list);
    if (err == ERR_OK)
        err = vault_check_keep(place->db, vault, e);
    if (err != ERR_OK)
        return err;
    snprintf(text, sizeof text, "key %lld seals %lld credentials",
             (long long)vault_key_no(vault), (long long)sealed);
    *out = value_string(text);
    return ERR_OK;
}
