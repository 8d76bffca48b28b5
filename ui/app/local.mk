# The frame of the console: actions, bindings, dispatch, messages, help.
# A new action is one row of actions.def; guard.c keeps accidents from
# answering questions, typing.c and paste.c text from acting as commands.
libui_a_SOURCES += \
	%D%/action.c %D%/action.h %D%/actions.def %D%/app.c %D%/app.h \
	%D%/app_private.h %D%/chooser.c %D%/chooser.h %D%/dispatch.c %D%/draw.c %D%/elsewhere.def %D%/frame.c %D%/guard.c \
	%D%/common_hints.def %D%/habits.def %D%/hints.def %D%/help.c %D%/memory.c %D%/menu.c %D%/text_view.c \
	%D%/keymap.c %D%/keymap.h %D%/keys.c %D%/messages.c %D%/messages.h \
	%D%/messages_view.c %D%/paste.c %D%/removal.c %D%/synonyms.def %D%/typing.c %D%/view.h %D%/views.def
