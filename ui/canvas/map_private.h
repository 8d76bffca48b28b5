/* The map beside a picture that is higher than the canvas. */
#ifndef TAILOR_UI_CANVAS_MAP_PRIVATE_H
#define TAILOR_UI_CANVAS_MAP_PRIVATE_H

#include "ui/canvas/draw.h"

/* Draws the whole picture in the last column of R. */
void map_down(const struct canvas_paint *p, struct cells *c, struct rect r);

#endif
