# ui: the console. Only term.c includes curses.
noinst_LIBRARIES += libui.a
libui_a_SOURCES = \
	%D%/action.c %D%/action.h %D%/actions.def %D%/views.def \
	%D%/app.c %D%/app.h %D%/app_inner.h %D%/app_dispatch.c \
	%D%/app_draw.c %D%/app_frame.c %D%/app_keys.c \
	%D%/console.c %D%/console.h %D%/screens.c %D%/screens.h \
	%D%/screen_installations.c %D%/installation_source.c \
	%D%/installation_source.h %D%/screen_installation.c \
	%D%/installation_rows.c %D%/installation_rows.h \
	%D%/screen_drafts.c %D%/screen_versions.c \
	%D%/version_table.c %D%/version_table.h \
	%D%/screen_editor.c %D%/editor.h %D%/editor_rows.c \
	%D%/editor_form.c %D%/editor_panel.c %D%/editor_change.c \
	%D%/opened.c %D%/opened.h \
	%D%/screen_palette.c \
	%D%/screen_mapping.c %D%/mapgrid.h %D%/mapgrid_rows.c \
	%D%/mapgrid_preview.c %D%/mapgrid_complete.c %D%/mapgrid_change.c \
	%D%/mapgrid_sheet.c %D%/mapgrid_panel.c %D%/mapgrid_lists.c \
	%D%/screen_table.c %D%/tablegrid.h %D%/tablegrid_import.c \
	%D%/screen_import.c \
	%D%/import_offer.c %D%/import_offer.h \
	%D%/trial.c %D%/trial.h \
	%D%/screen_diff.c %D%/screen_release.c %D%/screen_audit.c \
	%D%/screen_runtimes.c %D%/tour.c \
	%D%/cells.c %D%/cells.h %D%/glyph.def \
	%D%/dialog.c %D%/dialog.h \
	%D%/form.c %D%/form.h \
	%D%/grid.c %D%/grid.h \
	%D%/help.c \
	%D%/key.c %D%/key.h %D%/keys.def %D%/key_decoder.c \
	%D%/keymap.c %D%/keymap.h \
	%D%/line_edit.c %D%/line_edit.h \
	%D%/marks.c %D%/marks.h \
	%D%/messages.c %D%/messages.h %D%/messages_view.c \
	%D%/prompt.c %D%/prompt.h \
	%D%/reaction.h \
	%D%/row_list.c %D%/row_list.h \
	%D%/screen.h %D%/script.c %D%/script.h \
	%D%/table.c %D%/table.h %D%/table_draw.c \
	%D%/table_window.c %D%/table_window.h \
	%D%/term.c %D%/term.h \
	%D%/theme.c %D%/theme.h %D%/styles.def \
	%D%/view.h \
	%D%/width.c %D%/width.h %D%/width.def
UI_LIBS = libui.a $(NCURSES_LIBS)
