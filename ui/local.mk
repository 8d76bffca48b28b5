# ui: the console. Only term.c includes curses.
noinst_LIBRARIES += libui.a
libui_a_SOURCES = \
	%D%/action.c %D%/action.h %D%/actions.def %D%/views.def \
	%D%/cells.c %D%/cells.h %D%/glyph.def \
	%D%/form.c %D%/form.h \
	%D%/grid.c %D%/grid.h \
	%D%/key.c %D%/key.h %D%/keys.def %D%/key_decoder.c \
	%D%/keymap.c %D%/keymap.h \
	%D%/line_edit.c %D%/line_edit.h \
	%D%/marks.c %D%/marks.h \
	%D%/reaction.h \
	%D%/rows.c %D%/rows.h \
	%D%/table.c %D%/table.h %D%/table_draw.c \
	%D%/table_window.c %D%/table_window.h \
	%D%/theme.c %D%/theme.h %D%/styles.def \
	%D%/width.c %D%/width.h %D%/width.def
