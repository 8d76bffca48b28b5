# Handlers of the embedded API, which the vendor's backend and browsers call.
# They read and write through installed/, decide/ and executor/, never
# through a call of their own to an app.
libruntime_a_SOURCES += \
	%D%/apps.c %D%/common.c %D%/connect.c %D%/credentials.c %D%/embedded.h \
	%D%/install.c %D%/install_list.c %D%/integrations.c %D%/log_list.c %D%/logs.c %D%/needs.c \
	%D%/once.c %D%/once.h %D%/run.c \
	%D%/payload.c %D%/payload.h %D%/query.c %D%/query.h %D%/system.c \
	%D%/users.c %D%/workflows.c
