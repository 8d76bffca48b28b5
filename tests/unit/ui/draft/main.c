/* The tests of the grids. */
#include <locale.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "manager/draft/draft.h"
#include "manager/draft/editing.h"
#include "remote/lock.h"
#include "tests/unit/ui/draft/grids.h"
#include "ui/screen/console.h"
#include "ui/term/script.h"

int failed_tests;

/* Times are not the same tomorrow. */
static void
mask_times(char *text)
{
    for (char *s = text; (s = strstr(s, "saved ")) != NULL; s += 6) {
        char *t = s + 6;
        for (int i = 0; i < 5 && t[i]; i++) {
            if (t[i] >= '0' && t[i] <= '9')
                t[i] = i < 2 ? 'H' : 'M';
        }
    }
}

/* The operations of a scripted screen, with the line that is not its own. */
struct played {
    struct screen_ops ops;
    const struct screen_ops *inner;
    void (*act)(void *ctx);
    void *ctx;
};

static bool
played_next(struct screen *screen, struct event *event)
{
    const struct played *p = (const struct played *)screen->ops;
    if (!p->inner->next(screen, event))
        return false;
    if (event->kind != EVENT_COMMAND || strcmp(event->text, "meanwhile") != 0)
        return true;
    p->act(p->ctx);
    p->inner->next(screen, event); /* ends the line */
    return played_next(screen, event);
}

/* Runs the console on SCREEN (taken) and returns what it saved. */
static char *
run_console(const struct console_options *options, struct screen *screen)
{
    struct buf text;
    int lock;
    buf_init(&text, 16 << 20);
    if (sync_lock(store_path(), &lock, &e) != ERR_OK)
        test_fail(__FILE__, __LINE__, "sync_lock", e.text, "");
    if (console_run(options, screen, &e) != ERR_OK)
        test_fail(__FILE__, __LINE__, "console_run", e.text, "");
    if (lock >= 0)
        close(lock);
    if (file_read(beside_store("screen"), &text, &e) != ERR_OK)
        test_fail(__FILE__, __LINE__, "save-screen", e.text, "");
    char *shown = buf_take(&text);
    mask_times(shown);
    return shown;
}

/* A screen of SCRIPT that saves what is left on it beside the store. */
static struct screen *
scripted(const char *script, int rows, int cols, bool ascii)
{
    char *folder = mem_strdup(store_path());
    *strrchr(folder, '/') = '\0';
    char *whole = mem_printf("%s\n:save-screen screen\n", script);
    struct screen *screen = script_open(whole, rows, cols, ascii, folder);
    free(folder);
    free(whole);
    return screen;
}

char *
console_shows_at(const char *actor, const char *script, int rows, int cols,
                 bool ascii, bool thin)
{
    const struct console_options options = {.store = store_path(),
                                            .actor = actor,
                                            .thin = thin,
                                            .exe = "/bin/true"};
    return run_console(&options, scripted(script, rows, cols, ascii));
}

static void
begin_played(struct played *p, struct screen *screen, void (*act)(void *ctx),
             void *ctx)
{
    *p = (struct played){*screen->ops, screen->ops, act, ctx};
    p->ops.next = played_next;
    screen->ops = &p->ops;
}

char *
console_shows_while(const char *actor, const char *script,
                    void (*act)(void *ctx), void *ctx)
{
    const struct console_options options = {
        .store = store_path(), .actor = actor, .exe = "/bin/true"};
    struct screen *screen = scripted(script, 24, 80, false);
    struct played played;
    begin_played(&played, screen, act, ctx);
    return run_console(&options, screen);
}

enum err
console_ends_while(const char *actor, const char *script,
                   void (*act)(void *ctx), void *ctx, struct error *ended)
{
    const struct console_options options = {
        .store = store_path(), .actor = actor, .exe = "/bin/true"};
    struct screen *screen = scripted(script, 24, 80, false);
    struct played played;
    begin_played(&played, screen, act, ctx);
    return console_run(&options, screen, ended);
}

char *
console_shows(const char *actor, const char *script)
{
    return console_shows_at(actor, script, 24, 80, false, false);
}

void
check_golden(const char *name, const char *actor, const char *script, int rows,
             int cols, bool ascii)
{
    char *path = mem_printf("%s/%s.txt", GOLDEN_DIR, name);
    char *shown = console_shows_at(actor, script, rows, cols, ascii, false);
    const char *generate = getenv("GENERATE");
    struct buf wanted;
    buf_init(&wanted, 1 << 20);
    if (generate && *generate)
        CHECK_INT(file_write(path, shown, strlen(shown), 0644, NULL), ERR_OK);
    CHECK_INT(file_read(path, &wanted, NULL), ERR_OK);
    CHECK_STR(shown, buf_str(&wanted));
    buf_clear(&wanted);
    free(shown);
    free(path);
}

/* The document of the draft changed last. */
static struct document *
newest_draft(void)
{
    struct manager *m = session_of("eve");
    struct version_list list = {0};
    struct document *d = NULL;
    if (manager_draft_list(m, NULL, NULL, false, &list, &e) != ERR_OK ||
        list.count == 0 ||
        manager_document(m, list.rows[0].id, &d, &e) != ERR_OK)
        test_fail(__FILE__, __LINE__, "newest draft", e.text, "");
    version_list_clear(&list);
    manager_close(m);
    return d;
}

char *
stored_mapping(void)
{
    struct document *d = newest_draft();
    const struct block *b =
        d ? document_block_find(d, "Create cash sale") : NULL;
    char *text = b ? value_to_text(block_field(b, "mapping")) : mem_strdup("");
    document_free(d);
    return text;
}

char *
stored_tables(void)
{
    struct document *d = newest_draft();
    const struct value *tables = d ? value_get(d->root, "tables") : NULL;
    char *text = tables ? value_to_text(tables) : mem_strdup("");
    document_free(d);
    return text;
}

int
main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    setenv("TZ", "UTC", 1);
    test_grids_mapping();
    test_grids_members();
    test_grids_explorer();
    test_grids_release();
    test_grids_rights();
    test_grids_secrets();
    test_grids_import();
    test_grids_table();
    test_grids_kept();
    test_grids_tried();
    test_grids_typed();
    test_grids_curl();
    test_grids_drafts();
    return failed_tests ? 1 : 0;
}
