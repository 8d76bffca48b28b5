# The terminal: cells, widths, keys, themes, and the only file with curses.
# Nothing here knows a screen of the console.
libui_a_SOURCES += \
	%D%/cells.c %D%/cells.h %D%/glyph.def %D%/key.c %D%/key.h \
	%D%/key_decoder.c %D%/input.c %D%/input.h %D%/keys.def %D%/painter.c %D%/painter.h %D%/painter_brush.c \
	%D%/painter_private.h %D%/painter_scroll.c %D%/screen.h %D%/script.c %D%/script.h \
	%D%/styles.def %D%/term.c %D%/term.h %D%/theme.c %D%/theme.h \
	%D%/width.c %D%/width.def %D%/width.h
