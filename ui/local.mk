# ui: the console. Only term/term.c includes curses.
noinst_LIBRARIES += libui.a
libui_a_SOURCES =
include ui/term/local.mk
include ui/widget/local.mk
include ui/app/local.mk
include ui/canvas/local.mk
include ui/screen/local.mk
include ui/draft/local.mk
UI_LIBS = libui.a libfetch.a libhelper.a $(NCURSES_LIBS)
