# Edits as JSON Patches, differences in words, and summaries.
# Makes patches; applying and keeping them is the manager's work.
libworkflow_a_SOURCES += \
	%D%/cases.c %D%/copy.c %D%/curl_find.c %D%/curl_find.h %D%/curl_line.c %D%/curl_line.h %D%/curl_options.def %D%/curl_plain.c %D%/curl_plain.h %D%/curl_secrets.c %D%/curl_secrets.h %D%/curl_words.c %D%/curl_words.def %D%/curl_words.h %D%/diff.c %D%/diff.h %D%/diff_private.h %D%/diff_rows.c \
	%D%/edit.c %D%/edit.h %D%/edit_name.c %D%/fields.c %D%/list_place.c %D%/list_place_private.h %D%/patch.c %D%/patch_private.h \
	%D%/pins.c %D%/pins_private.h  \
	%D%/secret_before.c %D%/secret_keys.c %D%/secret_keys.def %D%/secret_options.def %D%/secret_text.c %D%/secret_text_private.h %D%/secret_words.c %D%/secret_words.def %D%/secret_words.h \
	%D%/selection.c %D%/selection.h %D%/summary.c %D%/summary.h %D%/union.c \
	%D%/wrap.c
