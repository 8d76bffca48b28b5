# Who may call what: keys and tokens, browser origins, the table of routes, and the bodies of requests.
# A new route is one row of routes.def and one handler in embedded/ or
# manage/.
libruntime_a_SOURCES += \
	%D%/auth.c %D%/auth.h %D%/body.c %D%/body.h %D%/origin.c %D%/origin.h %D%/cors.c %D%/cors.h %D%/handlers.h %D%/jwt.c \
	%D%/jwt.h %D%/members.c %D%/members.def %D%/members.h %D%/parameters.c %D%/parameters.h %D%/route.c %D%/route.h %D%/routes.def
