/* Which sheet an import reads. */
#include "ui/draft/sheet_source.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "manager/catalogue/sheet.h"
#include "value/value.h"

#define ZIP "PK\3\4" /* how a workbook begins */

static enum err
read_file(const char *file, struct buf *out, struct error *e)
{
    enum err err = file_read_regular(file, out, e);
    if (err == ERR_OK && text_starts(buf_str(out), ZIP))
        err = error_set(e, ERR_INVALID,
                        "%.200s: a workbook (keep it with tailor sheet add "
                        "NAME FILE, and import sheet:NAME)",
                        file);
    return err;
}

enum err
sheet_source_take(const struct console *console, const char *arg,
                  struct buf *out, bool *packed, struct error *e)
{
    *packed = text_starts(arg, SHEET_SOURCE);
    if (!*arg)
        return error_set(e, ERR_USAGE,
                         "import: which sheet? (Tab lists those that you keep; "
                         "tailor sheet add NAME FILE keeps one)");
    if (*packed)
        return manager_sheet_read(console->manager, arg + strlen(SHEET_SOURCE),
                                  out, e);
    if (console->remote)
        return error_set(e, ERR_REFUSED,
                         "%.200s: a session has no files (keep it with ssh "
                         "HOST sheet add NAME - < FILE, and import sheet:NAME)",
                         arg);
    return read_file(arg, out, e);
}

enum err
sheet_source_open(struct sheet_content *out, const char *text, size_t n,
                  bool packed, struct error *e)
{
    sheet_content_init(out);
    if (packed)
        return sheet_unpack(out, text, n, e);
    buf_add(&out->text, text, n);
    return ERR_OK;
}

static int
compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Adds FOLDER NAME where it is a file or, with a slash behind it, a folder. */
static void
add_path(const char *folder, const char *name, struct completions *list)
{
    struct stat st;
    char *path = mem_printf("%s%s", folder, name);
    if (stat(path, &st) == 0 && (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode))) {
        char *shown = mem_printf("%s%s", path, S_ISDIR(st.st_mode) ? "/" : "");
        completions_add(list, shown);
        free(shown);
    }
    free(path);
}

/* Adds the files and folders that begin with ARG, by name. Hidden ones only
 * where a dot is typed; none whose name could not be typed as it is shown. */
static void
complete_path(const char *arg, struct completions *list)
{
    const char *slash = strrchr(arg, '/');
    const char *begin = slash ? slash + 1 : arg;
    char *folder = mem_printf("%.*s", (int)(begin - arg), arg);
    DIR *d = opendir(*folder ? folder : ".");
    char *names[COMPLETIONS_MOST];
    size_t count = 0;
    for (struct dirent *f; d && count < COMPLETIONS_MOST && (f = readdir(d));) {
        if (text_starts(f->d_name, begin) && text_is_plain(f->d_name) &&
            (f->d_name[0] != '.' || *begin == '.'))
            names[count++] = mem_strdup(f->d_name);
    }
    qsort(names, count, sizeof names[0], compare_names);
    for (size_t i = 0; i < count; i++) {
        add_path(folder, names[i], list);
        free(names[i]);
    }
    if (d)
        closedir(d);
    free(folder);
}

void
sheet_source_complete(const struct view *v, const char *arg,
                      struct completions *list)
{
    struct sheet_list sheets;
    struct error e;
    if (manager_sheet_list(console_of(v)->manager, &sheets, &e) != ERR_OK)
        app_say(v->app, MESSAGE_ERROR, "%s", e.text);
    for (size_t i = 0; i < sheets.count; i++) {
        char *name = mem_printf(SHEET_SOURCE "%s", sheets.rows[i].name);
        if (text_starts(name, arg))
            completions_add(list, name);
        free(name);
    }
    sheet_list_clear(&sheets);
    if (!console_of(v)->remote && !text_starts(arg, SHEET_SOURCE))
        complete_path(arg, list);
}

void
sheet_source_say(const struct view *v, const char *first,
                 const struct sheet_content *c)
{
    struct buf text;
    buf_init_any(&text);
    buf_adds(&text, first);
    for (size_t i = 0; i < value_size(c->notes); i++)
        buf_addf(&text, "%s%s", text.len ? "; " : "",
                 value_text_or(value_at(c->notes, i), ""));
    if (text.len)
        app_say(v->app, MESSAGE_INFO, "%s", buf_str(&text));
    buf_clear(&text);
}
