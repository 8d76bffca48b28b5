# The editors of a version over one draft view: blocks, mapping, value tables, imports.
# Every change goes through draft_view.h as one edit of src/manager/draft.
libui_a_SOURCES += \
	%D%/action_choice.c %D%/conflict_words.c %D%/conflicts.c %D%/conflicts.h %D%/draft_action.c %D%/draft_kept.c %D%/draft_news.c %D%/draft_view.c \
	%D%/draft_view.h %D%/draft_view_private.h \
	%D%/editor.c %D%/editor_canvas.c %D%/editor_change.c \
	%D%/editor_breaks.c %D%/editor_explore.c %D%/explorer.c %D%/explorer.h %D%/editor_clip.c %D%/editor_curl.c %D%/editor_field.c %D%/editor_form.c %D%/editor_cases.c %D%/editor_form_draw.c %D%/editor_lanes.c %D%/editor_offers.c %D%/editor_move.c %D%/editor_panel.c \
	%D%/editor_place.c %D%/editor_private.h %D%/editor_rows.c %D%/editor_shape.c \
	%D%/editor_wrap.c %D%/import.c \
	%D%/import_offer.c %D%/import_offer.h %D%/lines.c %D%/lines.h %D%/mapping.c \
	%D%/mapping_change.c %D%/mapping_complete.c %D%/mapping_explore.c %D%/mapping_lists.c \
	%D%/mapping_panel.c %D%/mapping_preview.c %D%/mapping_private.h \
	%D%/mapping_kept.c %D%/mapping_members.c %D%/mapping_rows.c %D%/mapping_form.c %D%/mapping_sheet.c %D%/mapping_store.c %D%/offers.c %D%/offers.h %D%/opened.c %D%/other_version.c %D%/opened.h \
	%D%/palette.c %D%/sample_tree.c %D%/sample_tree.h %D%/sample_tree_private.h %D%/sample_tree_rows.c %D%/samples.c %D%/samples.h %D%/samples_private.h %D%/samples_runs.c %D%/samples_tried.c %D%/sheet_source.c %D%/sheet_source.h %D%/table.c %D%/table_import.c %D%/table_kept.c %D%/table_private.h \
	%D%/trial.c %D%/trial.h
