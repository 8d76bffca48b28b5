# ui: the console. Only term.c includes curses.
