/*
 * What an action asks of the loop. Actions and widgets never draw: they
 * change state and return these.
 */
#ifndef TAILOR_UI_WIDGET_REACTION_H
#define TAILOR_UI_WIDGET_REACTION_H

enum reaction {
    REACT_NOTHING = 0,
    REACT_IGNORED = 1, /* not mine: somebody else may want it */
    REACT_PAINT = 2,   /* what is shown changed */
    REACT_CLOSE = 4,   /* leave this screen */
    REACT_SECRET = 8   /* of a paste: it may hold a secret, and what became of
                          it is said; it is neither kept nor shown again */
};

/* Who called for an action, and how. */
struct invocation {
    int action;      /* enum act */
    int count;       /* typed before the key, 0 where none was */
    const char *arg; /* of the command line; NULL: not asked for yet */
};

#endif
