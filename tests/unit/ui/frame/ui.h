/* What the tests of the console share. */
#ifndef TAILOR_TEST_UI_H
#define TAILOR_TEST_UI_H

#include "tests/unit/ui/frame/sample.h"
#include "ui/term/script.h"
#include "ui/widget/dialog.h"

extern int failed_tests;

void test_ui_width(void);
void test_ui_cells(void);
void test_ui_key(void);
void test_ui_input(void);
void test_ui_line_edit(void);
void test_ui_table(void);
void test_ui_grid(void);
void test_ui_accident(void);
void test_ui_action(void);
void test_ui_app(void);
void test_ui_dialog(void);
void test_ui_refused(void);
void test_ui_screens(void);
void test_ui_removal(void);
void test_ui_returns(void);
void test_ui_typing(void);
void test_ui_painter(void);
void test_ui_text_area(void);

/* A session that has run a script on the sample list. */
struct session {
    struct sample sample;
    struct screen *screen;
    struct app *app;
    struct buf text; /* the last screen */
};

/* Runs SCRIPT with ROLE on a screen of ROWS by COLS; the caller sets up
 * s->sample before. */
void session_run_as(struct session *s, enum role role, const char *script,
                    int rows, int cols, bool ascii);

/* As a releaser on 24 by 80. */
void session_run(struct session *s, const char *script);
void session_end(struct session *s);

/* The last screen, and one line of it. */
const char *session_text(struct session *s);
char *session_line(struct session *s, int row);

/* The ways to the question of pause. */
#define PAUSE_BY_NAME ":pause\n!later 300\n"
#define PAUSE_BY_MENU "a\n'pause\nEnter\n!later 300\n"

/* Draws D, as happens before each key that a person presses; OUT (may be NULL)
 * receives the label in the style of the focus. */
void show_dialog(struct dialog *d, struct buf *out);

/* A second after SCRIPT, DONE has been done: an Enter that acts does so after
 * a silence. */
void script_does(const char *script, const char *done);

#endif
