# The canvas: a workflow as a picture of cards and lines, made by one pure function.
# Nothing here knows a store, a screen or an action, and nothing about layout is kept in a document.
libui_a_SOURCES += \
	%D%/card.c %D%/draw.c %D%/draw.h %D%/layout.c %D%/layout.h \
	%D%/layout_private.h %D%/map.c %D%/map_private.h %D%/move.c \
	%D%/move.h %D%/outline.c %D%/outline.h %D%/pen.c %D%/place.c \
	%D%/place.h %D%/sign.c %D%/sign.h
