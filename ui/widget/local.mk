# Widgets: tables, forms, grids, text fields, dialogs.
# They draw into cells and know nothing of the store.
libui_a_SOURCES += \
	%D%/dialog.c %D%/dialog.h %D%/form.c %D%/form.h %D%/grid.c %D%/grid.h \
	%D%/line_edit.c %D%/line_edit.h %D%/marks.c %D%/marks.h %D%/prompt.c \
	%D%/prompt.h %D%/reaction.h %D%/row_list.c %D%/row_list.h %D%/table.c \
	%D%/table.h %D%/text_area.c %D%/text_area.h %D%/table_draw.c %D%/table_private.h %D%/table_window.c
