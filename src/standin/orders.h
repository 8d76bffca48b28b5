/*
 * Sample orders, the same for the same seed: realistic in size and shape
 * (nested lines, custom fields, money with two digits, 20-digit ids, names in
 * many scripts) and with the irregularities of real data: one-word names,
 * empty lines, missing fields.
 */
#ifndef TAILOR_STANDIN_ORDERS_H
#define TAILOR_STANDIN_ORDERS_H

#include "value/value.h"

/* COUNT purchase orders as a search of NetSuite gives them to this project's
 * connector; the caller owns the array. Every 97th has a one-word customer
 * name, every 89th no lines, every 83rd lacks cust_ShippingPriority. */
struct value *orders_purchase(unsigned count, unsigned long seed);

/* The body of the event order.recorded number N (from 0); owned by the
 * caller. The first is SO-10023 over 1249.90. */
struct value *orders_recorded(unsigned n, unsigned long seed);

#endif
