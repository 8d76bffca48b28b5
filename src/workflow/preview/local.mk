# Previews: what each block would make and send on a sample.
# Nothing is sent.
libworkflow_a_SOURCES += \
	%D%/agreed.c %D%/agreed.h %D%/agreed_cells.c %D%/agreed_private.h \
	%D%/all.c %D%/map.c %D%/preview.c %D%/preview.h %D%/preview_private.h \
	%D%/run.c %D%/sends.c %D%/sends.h %D%/walk.c
