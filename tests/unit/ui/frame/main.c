/* The tests of the console's frame. */
#include <locale.h>

#include "tests/unit/ui/frame/ui.h"

int failed_tests;

void
session_run_as(struct session *s, enum role role, const char *script, int rows,
               int cols, bool ascii)
{
    struct app_facts facts = {
        .environment = "PRODUCTION", .actor = "alice", .role = role};
    char arg[32];
    s->screen = script_open(script, rows, cols, ascii, NULL);
    s->app = app_new(s->screen, &facts);
    app_register(s->app, &sample_list);
    app_open(s->app, &sample_list, sample_arg(&s->sample, arg));
    app_run(s->app);
    buf_init(&s->text, 16u << 20);
    cells_dump(script_cells(s->screen), &s->text);
}

void
session_run(struct session *s, const char *script)
{
    session_run_as(s, ROLE_RELEASER, script, 24, 80, false);
}

void
session_end(struct session *s)
{
    buf_clear(&s->text);
    app_free(s->app);
}

const char *
session_text(struct session *s)
{
    return buf_str(&s->text);
}

char *
session_line(struct session *s, int row)
{
    struct buf line;
    buf_init(&line, 65536);
    cells_row_text(script_cells(s->screen), row, &line);
    return buf_take(&line);
}

int
main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    test_ui_width();
    test_ui_cells();
    test_ui_key();
    test_ui_input();
    test_ui_line_edit();
    test_ui_table();
    test_ui_grid();
    test_ui_action();
    test_ui_app();
    test_ui_dialog();
    test_ui_accident();
    test_ui_refused();
    test_ui_screens();
    test_ui_removal();
    test_ui_returns();
    test_ui_typing();
    test_ui_painter();
    test_ui_text_area();
    return failed_tests ? 1 : 0;
}
